import { type LoggedCall, readCallLog } from "@opconnect/sandbox";
import type { RigAccess } from "../rig-access.ts";

/** The calls of `op` so far that name an item, by title or id. */
export async function callsAbout(rig: RigAccess, item: ItemNames): Promise<readonly LoggedCall[]> {
  const calls = await readCallLog(rig.env.OPCONNECT_SANDBOX_HOME ?? "");
  return calls.filter(({ argv }) => argv.includes(item.id) || argv.includes(item.title));
}

export interface ItemNames {
  readonly id: string;
  readonly title: string;
}
