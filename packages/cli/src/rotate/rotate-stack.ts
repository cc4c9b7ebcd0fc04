import { isConnectError } from "@opconnect/core";
import type { StackEnvironment } from "@opconnect/fleet";
import { readStack } from "../stack/read.ts";
import type { StackLocation } from "../stack/state-files/locate.ts";
import { runPulumi, type UpdateEnd } from "../stack/up.ts";
import { confirmed } from "../terminal/confirmed.ts";
import { type HeldSignals, holdSignals } from "../terminal/hold-signals.ts";
import { say } from "../terminal/say.ts";
import { requestRotation, type Settlement, settleRotation } from "./request.ts";
import { type RotationChoice, type RotationTarget, rotationTargets } from "./targets.ts";
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
 * @param asks Whether to show that update and ask before it.
 * @param report Takes what became of them, also of those that an update has failed after.
 * @returns Whether it was done; if not, the user did not want the update.
 * @throws `ROTATION_UNFINISHED`, `PULUMI_…` and `STORE_…` codes.
 */
export async function rotateStack(
  location: StackLocation,
  targets: readonly RotationTarget[],
  { asks }: { readonly asks: boolean },
  report: (replacements: readonly Replacement[]) => void,
): Promise<boolean> {
  const { stack } = location;
  for (const target of targets) say(`To be replaced: ${label(target)}`);
  const { end, settlement } = await holdSignals((held) => carryOut(targets, location, asks, held));
  if (end === "declined") {
    if (settlement.open.length === 0) return false;
    throw unfinishedRotation({ stack, end: undefined, settlement });
  }
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
  return true;
}

/**
 * Has an update bring to its end what an earlier run began to replace.
 * @param report Takes what came to its end.
 * @throws `ROTATION_UNFINISHED`, `PULUMI_…` codes.
 */
export async function finishRotation(
  location: StackLocation,
  choice: Pick<RotationChoice, "server" | "token">,
  report: (replacements: readonly Replacement[]) => void,
): Promise<void> {
  const { stack } = location;
  const before = await readStack(location);
  const begun = rotationTargets(before, { stack, ...choice }).map((target) => {
    const replaced = before.leaving.find(({ urn }) => urn === target.urn);
    return { ...target, id: replaced?.id ?? target.id };
  });
  const end = await holdSignals(({ terminated }) => update(location, terminated));
  const settlement = { hasBegun: true, open: [] };
  if (end.exitCode !== 0) throw unfinishedRotation({ stack, end, settlement });
  const replacements = compare(begun, await readStack(location));
  report(replacements.filter(({ replacedBy }) => replacedBy !== undefined));
}

/** Has Pulumi carry out what is asked for, with no question: whoever is to be asked was asked. */
function update(location: StackLocation, terminated: AbortSignal): Promise<UpdateEnd> {
  return runPulumi("up", location, ["--yes", "--skip-preview"], terminated);
}

export function label({ kind, name }: RotationTarget): string {
  return `Connect ${kind} ${name}`;
}

/** Nothing of it is left half done by a signal: the request is settled before this process ends. */
async function carryOut(
  targets: readonly RotationTarget[],
  location: StackLocation,
  asks: boolean,
  { first, terminated }: HeldSignals,
): Promise<{ readonly end: UpdateEnd | "declined" | undefined; readonly settlement: Settlement }> {
  await requestRotation(targets);
  const refused = asks ? await askFirst(targets, location, terminated) : undefined;
  if (refused !== undefined) {
    return { end: refused, settlement: await settleRotation(targets, "keep nothing") };
  }
  if (first() !== undefined) {
    return { end: undefined, settlement: await settleRotation(targets, "keep nothing") };
  }
  const end = await update(location, terminated);
  const rest = end.exitCode === 0 ? "keep nothing" : "keep what was begun";
  return { end, settlement: await settleRotation(targets, rest) };
}

/** Shows what the update would do, and asks. Tells why there is to be none, if there is not. */
async function askFirst(
  targets: readonly RotationTarget[],
  location: StackLocation,
  terminated: AbortSignal,
): Promise<UpdateEnd | "declined" | undefined> {
  const preview = await runPulumi("preview", location, [], terminated);
  if (preview.exitCode !== 0) return preview;
  try {
    return (await confirmed("Carry out this update?")) ? undefined : "declined";
  } catch (error) {
    // ^C: what was asked for is taken back before this process ends.
    await settleRotation(targets, "keep nothing");
    throw error;
  }
}

function compare(
  targets: readonly RotationTarget[],
  { servers, tokens, leaving }: StackEnvironment,
): readonly Replacement[] {
  return targets.map((target) => {
    const { id } = [...servers, ...tokens].find(({ urn }) => urn === target.urn) ?? target;
    if (id === target.id) return { target, oldOne: "in use" };
    // The next `opconnect mint` deletes what an update cannot know to be out of use.
    const isValid =
      target.usedIn === "unseen" || leaving.some(({ id: left }) => left === target.id);
    return { target, replacedBy: id, oldOne: isValid ? "still valid" : "revoked" };
  });
}
