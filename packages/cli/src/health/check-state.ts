import { type ConnectError, defined } from "@opconnect/core";
import { exportStack } from "../stack/read.ts";
import { findDamage, mendDamage, type StateDamage } from "../stack/state-files/damage.ts";
import { locateStateFiles, type StackLocation } from "../stack/state-files/locate.ts";
import { readLocks, type StackLock } from "../stack/state-files/locks.ts";
import { damagedState, lockedStack } from "../stack/state-files/refusals.ts";
import type { CheckResult } from "./check-result.ts";

/** A stack as Pulumi exports it, or as its newest whole copy has it, and what is wrong with it. */
interface CheckedState {
  readonly exported: unknown;
  readonly result: CheckResult;
}

/**
 * Looks whether the next update can begin: can Pulumi read the state, and is the stack free?
 * @throws `PULUMI_FAILED`, `PULUMI_STATE_DAMAGED` if there is no whole copy either.
 */
export async function checkState(location: StackLocation): Promise<CheckedState> {
  const { stack } = location;
  const { damage, locks } = await look(location);
  if (damage === undefined) {
    const exported = await exportStack(location);
    if (locks.length === 0) return { exported, result: readable };
    // An update that runs is no fault.
    const status = locks.every(({ isMissing }) => isMissing) ? "failed" : "warning";
    return { exported, result: found(lockedStack(stack, locks), status) };
  }
  const refusal = damagedState(stack, damage);
  if (damage.whole === undefined) throw refusal;
  return { exported: damage.whole.exported, result: found(refusal, "failed") };
}

/**
 * Mends what a run that was killed can leave of a state in files: its attributes, and the state
 * itself. No lock is broken: of none can be known that its process has ended.
 * @throws `PULUMI_STACK_LOCKED` if an update may be running, `PULUMI_STATE_DAMAGED` if there is
 * nothing to mend it with.
 */
export async function mendState(location: StackLocation): Promise<CheckedState> {
  const { stack } = location;
  const { damage, locks } = await look(location);
  if (locks.length > 0) throw lockedStack(stack, locks);
  const happened = damage && (await mendDamage(damage));
  if (damage !== undefined && happened === undefined) throw damagedState(stack, damage);
  const exported = await exportStack(location);
  return { exported, result: { ...readable, ...defined({ happened }) } };
}

async function look(
  location: StackLocation,
): Promise<{ readonly damage?: StateDamage | undefined; readonly locks: readonly StackLock[] }> {
  const files = await locateStateFiles(location);
  if (files === undefined) return { locks: [] };
  return { damage: await findDamage(files), locks: await readLocks(files.locks) };
}

const readable = {
  check: "state",
  status: "ok",
  happened: "Pulumi reads the state, and no other run holds the stack.",
} as const;

function found(
  { happened, remedy, code }: ConnectError,
  status: "warning" | "failed",
): CheckResult {
  return { check: "state", status, happened, remedy, code };
}
