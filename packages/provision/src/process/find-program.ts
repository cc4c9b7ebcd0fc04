import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

/**
 * The absolute path of a program on PATH; `undefined` if there is none. A system would look into the
 * current folder too: Windows always, others where PATH has an empty or a relative entry. A user who
 * can write into a folder that people work in could put an `op` there.
 */
export function findProgram(
  name: string,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const isWindows = process.platform === "win32";
  const file = isWindows && !name.includes(".") ? `${name}.exe` : name;
  const [, path = ""] = Object.entries(env).find(([each]) => /^path$/i.test(each)) ?? [];
  return path
    .split(delimiter)
    .map((folder) => folder.replace(/^"(.*)"$/, "$1"))
    .filter((folder) => isAbsolute(folder))
    .map((folder) => join(folder, file))
    .find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
