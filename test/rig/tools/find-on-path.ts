import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { isInRigFolder } from "../rig-folder.ts";

/** The first executable file called `name` in the folders of `path`. */
export function findOnPath(name: string, path = process.env.PATH ?? ""): string | undefined {
  return path
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name))
    .find(isExecutableFile);
}

export function isExecutableFile(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** PATH without the commands of a rig, which a shell has that loaded that rig's environment. */
export function userPath(): string {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return folders.filter((folder) => !isInRigFolder(folder)).join(delimiter);
}
