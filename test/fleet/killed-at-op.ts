import { chmod, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { startOpconnect } from "../harness/act/opconnect.ts";
import type { RigAccess } from "../harness/rig-access.ts";
import { commandFolders } from "../rig/command-folders.ts";

/** Where a run is killed. */
export interface OpKill {
  /** Which of its calls of `op`, from 1 on. */
  readonly call: number;
  /** Before `op` has done anything, or when it has done all. */
  readonly when: "before" | "after";
}

/**
 * Runs `opconnect`, which is killed with all processes that it started at one of its calls of `op`.
 * @returns whether it came that far.
 */
export async function killedAtOp(
  rig: RigAccess,
  words: readonly string[],
  { call, when, ...place }: OpKill & { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
): Promise<boolean> {
  const op = join(commandFolders(rig.dir)[0], "op");
  const folder = await mkdtemp(join(rig.dir, "killed-at-op-"));
  const session = join(folder, "session");
  // Calls may be made at once: each takes its number alone.
  const script = `#!/bin/bash
exec 9>>'${folder}/lock'
flock 9
call=$(( $(cat '${folder}/calls' 2>/dev/null || echo 0) + 1 ))
echo $call >'${folder}/calls'
exec 9>&-
[ $call = ${call} ] || exec '${op}' "$@"
${when === "after" ? `'${op}' "$@" >/dev/null 2>&1` : ""}
pkill -KILL -s "$(cat '${session}')"
sleep 60
`;
  await writeFile(join(folder, "op"), script);
  await chmod(join(folder, "op"), 0o755);
  const PATH = [folder, rig.env.PATH].join(delimiter);
  const run = startOpconnect(rig, words, { ...place, env: { ...place.env, PATH } });
  await writeFile(session, String(run.pid));
  const { signal } = await run;
  const calls = Number(await readFile(join(folder, "calls"), "utf8").catch(() => "0"));
  if (calls >= call && signal !== "SIGKILL") throw new Error(`The run survived its call ${call}.`);
  return signal === "SIGKILL";
}
