import { existsSync } from "node:fs";
import { mkdir, readdir, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";

const repository = join(import.meta.dirname, "../../..");

/** The packages that a user of `@opconnect/pulumi` gets. */
const published = ["core", "provision", "pulumi"];

/**
 * Gives a project a `node_modules` folder of its own, in which our packages are what `npm install`
 * makes of them: the files that `npm pack` puts into each, and no link to their sources. All others
 * are those of this checkout.
 */
export async function installPackages(project: { readonly dir: string }): Promise<void> {
  const modules = join(project.dir, "node_modules");
  await rm(modules, { recursive: true, force: true });
  await mkdir(join(modules, "@opconnect"), { recursive: true });
  const others = await readdir(join(repository, "node_modules"));
  for (const name of others.filter((name) => name !== "@opconnect")) {
    await symlink(join(repository, "node_modules", name), join(modules, name));
  }
  for (const name of published) await unpackPackage(name, join(modules, "@opconnect", name));
}

/** Lays what `npm pack` makes of the package in `packages/<name>` into a new folder. */
export async function unpackPackage(name: string, folder: string): Promise<void> {
  const source = join(repository, "packages", name);
  await mkdir(folder);
  const options = ["--json", "--ignore-scripts", "--pack-destination", folder];
  const { stdout } = await execa("npm", ["pack", ...options], { cwd: source });
  const [{ filename }]: [{ filename: string }] = JSON.parse(stdout);
  await execa("tar", ["-xzf", filename, "--strip-components=1"], { cwd: folder });
  await rm(join(folder, filename));
  // What npm puts below a package, since the project has another version of it.
  const own = join(source, "node_modules");
  if (existsSync(own)) await symlink(own, join(folder, "node_modules"));
}
