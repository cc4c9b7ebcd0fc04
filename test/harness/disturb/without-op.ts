import { mkdtemp, readdir, symlink } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { commandFolders } from "../../rig/command-folders.ts";
import { isExecutableFile } from "../../rig/tools/find-on-path.ts";

/** The environment of a rig as it is on a runner where `op` is not installed. */
export async function withoutOp(rig: {
  readonly dir: string;
  readonly env: Readonly<Record<string, string>>;
}): Promise<Record<string, string>> {
  const [opBin] = commandFolders(rig.dir);
  const folders = (rig.env.PATH ?? "").split(delimiter).filter((folder) => folder !== opBin);
  const kept = folders.map((folder) => {
    return isExecutableFile(join(folder, "op")) ? mirrorWithoutOp(folder, rig.dir) : folder;
  });
  return { ...rig.env, PATH: (await Promise.all(kept)).join(delimiter) };
}

// A folder that holds the user's own `op` holds other commands too.
async function mirrorWithoutOp(folder: string, dir: string): Promise<string> {
  const mirror = await mkdtemp(join(dir, "without-op-"));
  const names = (await readdir(folder)).filter((name) => name !== "op");
  await Promise.all(names.map((name) => symlink(join(folder, name), join(mirror, name))));
  return mirror;
}
