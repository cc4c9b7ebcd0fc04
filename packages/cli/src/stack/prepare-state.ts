import { say } from "../terminal/say.ts";
import { findDamage, mendDamage } from "./state-files/damage.ts";
import { locateStateFiles, type StackLocation } from "./state-files/locate.ts";
import { readLocks } from "./state-files/locks.ts";
import { damagedState, lockedStack } from "./state-files/refusals.ts";

/**
 * Sees to it that an update can begin, before anything is asked for: where the state is kept in
 * files, a killed run can have left it locked or unreadable. What takes nothing away is mended.
 * @throws `PULUMI_STACK_LOCKED`, `PULUMI_STATE_DAMAGED`.
 */
export async function prepareState(location: StackLocation): Promise<void> {
  const { stack } = location;
  const files = await locateStateFiles(location);
  if (files === undefined) return;
  const locks = await readLocks(files.locks);
  if (locks.length > 0) throw lockedStack(stack, locks);
  const damage = await findDamage(files);
  if (damage === undefined) return;
  const said = damage.part === "attributes" ? await mendDamage(damage) : undefined;
  if (said === undefined) throw damagedState(stack, damage);
  say(said);
}
