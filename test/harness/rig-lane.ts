import { inject } from "vitest";
import type { ProvidedRig } from "./rig-setup.ts";

/** The rig of this test file: no other file uses it at the same time. */
export const rig: ProvidedRig = rigOfLane(Number(process.env.VITEST_POOL_ID));

/** @param lane Counted from 1, as vitest numbers its workers. */
function rigOfLane(lane: number): ProvidedRig {
  const found = inject("rigs")[lane - 1];
  if (found === undefined) throw new Error(`No rig was started for lane ${lane}.`);
  return found;
}
