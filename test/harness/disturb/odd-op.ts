import { chmod, mkdtemp, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { commandFolders } from "../../rig/command-folders.ts";
import type { RigAccess } from "../rig-access.ts";

/** What `op` does in place of what it should. */
export interface OddAnswer {
  /** Words that the commands start with, e.g. `"vault list"`. */
  readonly to: string;
  readonly stdout?: string;
  readonly stderr?: string;
  /** @default 0 */
  readonly exitCode?: number;
  /** Whether it does its work nevertheless. */
  readonly performs?: boolean;
}

/** The PATH of a rig with an `op` that answers some commands as no `op` of ours does. */
export async function pathWithOddOp(rig: RigAccess, answer: OddAnswer): Promise<{ PATH: string }> {
  const { to, stdout = "", stderr = "", exitCode = 0, performs = false } = answer;
  const op = join(commandFolders(rig.dir)[0], "op");
  const folder = await mkdtemp(join(rig.dir, "odd-op-"));
  await writeFile(join(folder, "stdout"), stdout);
  await writeFile(join(folder, "stderr"), stderr);
  const script = [
    "#!/bin/sh",
    'case "$*" in',
    `'${to}'*)`,
    performs ? `  '${op}' "$@" >/dev/null` : "",
    `  cat '${join(folder, "stdout")}'`,
    `  cat '${join(folder, "stderr")}' >&2`,
    `  exit ${exitCode} ;;`,
    "esac",
    `exec '${op}' "$@"`,
  ];
  await writeFile(join(folder, "op"), `${script.filter((line) => line !== "").join("\n")}\n`);
  await chmod(join(folder, "op"), 0o755);
  return { PATH: [folder, rig.env.PATH].join(delimiter) };
}
