import { isConnectError } from "@opconnect/core";
import type { StackEnvironment } from "@opconnect/fleet";
import { readStack } from "../stack/read.ts";
import type { StackLocation } from "../stack/state-files/locate.ts";
import { runUp, type UpdateEnd } from "../stack/up.ts";
import { type HeldSignals, holdSignals } from "../terminal/hold-signals.ts";
import { say } from "../terminal/say.ts";
import { requestRotation, type Settlement, settleRotation } from "./request.ts";
import type { RotationTarget } from "./targets.ts";
import { unfinishedRotation } from "./unfinished.ts";

/** What became of what was to be replaced. */
export interface Replacement {
  readonly target: RotationTarget;
  /** Id of what is there instead; none if it was not replaced. */
  readonly replacedBy?: string;
  readonly oldOne: "in use" | "still valid" | "revoked";
}

/**
 * Replaces Connect servers and tokens of a stack by an update.
 * @param words Arguments of that `pulumi up`.
 * @param report Takes what became of them, also of those that an update has failed after.
 * @throws `ROTATION_UNFINISHED`, `PULUMI_…` and `STORE_…` codes.
 */
export async function rotateStack(
  location: StackLocation,
  targets: readonly RotationTarget[],
  words: readonly string[],
  report: (replacements: readonly Replacement[]) => void,
): Promise<void> {
  const { stack } = location;
  for (const target of targets) say(`To be replaced: ${label(target)}`);
  const { end, settlement } = await holdSignals((held) => carryOut(targets, location, words, held));
  if (end === undefined) throw unfinishedRotation({ stack, end, settlement });
  const after = await readStack(location).catch((error: unknown) => {
    if (isConnectError(error)) return error;
    throw error;
  });
  if (isConnectError(after)) throw unfinishedRotation({ stack, end, settlement, unread: after });
  const replacements = compare(targets, after);
  report(replacements);
  const isDone = replacements.every(({ replacedBy }) => replacedBy !== undefined);
  if (end.exitCode !== 0 || !isDone) throw unfinishedRotation({ stack, end, settlement });
}

export function label({ kind, name }: RotationTarget): string {
  return `Connect ${kind} ${name}`;
}

/** Nothing of it is left half done by a signal: the request is settled before this process ends. */
async function carryOut(
  targets: readonly RotationTarget[],
  location: StackLocation,
  words: readonly string[],
  { first, terminated }: HeldSignals,
): Promise<{ readonly end: UpdateEnd | undefined; readonly settlement: Settlement }> {
  await requestRotation(targets);
  if (first() !== undefined) {
    return { end: undefined, settlement: await settleRotation(targets, "keep nothing") };
  }
  const end = await runUp(location, words, terminated);
  const rest = end.exitCode === 0 ? "keep nothing" : "keep what was begun";
  return { end, settlement: await settleRotation(targets, rest) };
}

function compare(
  targets: readonly RotationTarget[],
  { servers, tokens, leaving }: StackEnvironment,
): readonly Replacement[] {
  return targets.map((target) => {
    const { id } = [...servers, ...tokens].find(({ urn }) => urn === target.urn) ?? target;
    if (id === target.id) return { target, oldOne: "in use" };
    return {
      target,
      replacedBy: id,
      oldOne: leaving.includes(target.id) ? "still valid" : "revoked",
    };
  });
}
