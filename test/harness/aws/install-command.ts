import { chmod, mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { unpackPackage } from "../act/install-packages.ts";

const repository = join(import.meta.dirname, "../../..");

/**
 * Installs the command as `npm install --global` does: the files that `npm pack` puts into it, the
 * libraries of machine code beside it, and a link in a folder for PATH.
 */
export async function installCommand(
  prefix: string,
): Promise<{ readonly bin: string; readonly modules: string }> {
  const [bin, modules] = [join(prefix, "bin"), join(prefix, "lib/node_modules")];
  for (const folder of [bin, modules]) await mkdir(folder, { recursive: true });
  for (const name of ["@napi-rs", "fs-native-extensions"]) {
    await symlink(join(repository, "node_modules", name), join(modules, name));
  }
  await unpackPackage("cli", join(modules, "opconnect"));
  const main = join(modules, "opconnect/bin/opconnect.js");
  await chmod(main, 0o755);
  await symlink(main, join(bin, "opconnect"));
  return { bin, modules };
}
