import { chmod, mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { unpackPackage } from "../act/install-packages.ts";

const repository = join(import.meta.dirname, "../../..");

/**
 * Installs the command as `npm install --global` does: the files that `npm pack` puts into it, the
 * keychain's library beside it, and a link in a folder for PATH, which is returned.
 */
export async function installCommand(prefix: string): Promise<string> {
  const modules = join(prefix, "lib/node_modules");
  await mkdir(modules, { recursive: true });
  await symlink(join(repository, "node_modules/@napi-rs"), join(modules, "@napi-rs"));
  await unpackPackage("cli", join(modules, "opconnect"));
  const main = join(modules, "opconnect/bin/opconnect.js");
  await chmod(main, 0o755);
  await mkdir(join(prefix, "bin"));
  await symlink(main, join(prefix, "bin/opconnect"));
  return join(prefix, "bin");
}
