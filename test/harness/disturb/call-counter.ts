import { readCallLog } from "@opconnect/sandbox";
import type { RigAccess } from "../rig-access.ts";

/** Counts calls of `op` from now on. */
export async function countOpCalls(rig: RigAccess): Promise<() => Promise<readonly string[]>> {
  const home = rig.env.OPCONNECT_SANDBOX_HOME ?? "";
  const before = (await readCallLog(home)).length;
  return async () => {
    const calls = (await readCallLog(home)).slice(before);
    return calls.map(({ argv }) => argv.join(" "));
  };
}
