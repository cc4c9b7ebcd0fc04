import { chmod, mkdir, readdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { unpackPackage } from "../act/install-packages.ts";

const repository = join(import.meta.dirname, "../../..");

/**
 * Installs the command as `npm install --global` does: the files that `npm pack` puts into our
 * packages, and a link in a folder for PATH, which is returned. All other packages are those of this
 * checkout.
 */
export async function installCommand(prefix: string): Promise<string> {
  const modules = join(prefix, "lib/node_modules");
  await mkdir(join(modules, "@opconnect"), { recursive: true });
  const others = await readdir(join(repository, "node_modules"));
  for (const name of others.filter((name) => !ours.includes(name))) {
    await symlink(join(repository, "node_modules", name), join(modules, name));
  }
  await Promise.all([
    unpackPackage("core", join(modules, "@opconnect/core")),
    unpackPackage("provision", join(modules, "@opconnect/provision")),
    unpackPackage("cli", join(modules, "opconnect")),
  ]);
  const main = join(modules, "opconnect/bin/opconnect.js");
  await chmod(main, 0o755);
  await mkdir(join(prefix, "bin"));
  await symlink(main, join(prefix, "bin/opconnect"));
  return join(prefix, "bin");
}

const ours = ["@opconnect", "opconnect"];
