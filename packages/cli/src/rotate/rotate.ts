import { isConnectError } from "@opconnect/core";
import type { StackEnvironment } from "@opconnect/fleet";
import { z } from "zod";
import { prepareState } from "../stack/prepare-state.ts";
import { readStack } from "../stack/read.ts";
import { runUp, type UpdateEnd } from "../stack/up.ts";
import type { StackLocation } from "../state-files/locate.ts";
import { requireTerminal } from "../terminal/confirmed.ts";
import { type HeldSignals, holdSignals } from "../terminal/hold-signals.ts";
import { say } from "../terminal/say.ts";
import { renderTable } from "../terminal/table.ts";
import { requestRotation, type Settlement, settleRotation } from "./request.ts";
import { type RotationTarget, rotationTargets } from "./targets.ts";
import { unfinishedRotation } from "./unfinished.ts";

const optionsSchema = z.object({
  token: z.string().optional(),
  server: z.boolean().optional(),
  cwd: z.string(),
  yes: z.boolean().default(false),
  json: z.boolean().default(false),
});

export async function rotate(stack: string, given: unknown): Promise<void> {
  const { cwd, yes, json, ...choice } = optionsSchema.parse(given);
  const location: StackLocation = { folder: cwd, stack };
  if (!yes) requireTerminal("An update takes a confirmation, and there is no terminal to ask at.");
  await prepareState(location);
  const targets = rotationTargets(await readStack(location), { stack, ...choice });
  for (const target of targets) say(`To be replaced: ${label(target)}`);
  // A user who has said yes already waits for no preview.
  const words = yes ? ["--yes", "--skip-preview"] : [];
  const { end, settlement } = await holdSignals((held) => carryOut(targets, location, words, held));
  if (end === undefined) throw unfinishedRotation({ stack, end, settlement });
  const after = await readStack(location).catch((error: unknown) => {
    if (isConnectError(error)) return error;
    throw error;
  });
  if (isConnectError(after)) throw unfinishedRotation({ stack, end, settlement, unread: after });
  const results = compare(targets, after);
  process.stdout.write(json ? renderJson(stack, results) : render(results));
  const isDone = results.every(({ replacedBy }) => replacedBy !== undefined);
  if (end.exitCode !== 0 || !isDone) throw unfinishedRotation({ stack, end, settlement });
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

/** What became of the targets: what is there instead, and how the old one is. */
function compare(
  targets: readonly RotationTarget[],
  { servers, tokens, leaving }: StackEnvironment,
) {
  return targets.map((target) => {
    const { id } = [...servers, ...tokens].find(({ urn }) => urn === target.urn) ?? target;
    if (id === target.id) return { target, oldOne: "in use" } as const;
    const oldOne = leaving.includes(target.id) ? "still valid" : "revoked";
    return { target, replacedBy: id, oldOne } as const;
  });
}

type Results = ReturnType<typeof compare>;

function render(results: Results): string {
  const rows = results.map(({ target, replacedBy = "(not replaced)", oldOne }) => {
    return [label(target), target.id, replacedBy, oldOne];
  });
  return renderTable(["REPLACED", "OLD", "NEW", "THE OLD ONE IS"], rows);
}

function renderJson(stack: string, results: Results): string {
  const rotated = results.map(({ target: { kind, name, consumer, id }, replacedBy, oldOne }) => {
    const oldIsRevoked = oldOne === "revoked";
    return { kind, name, consumer, old: id, new: replacedBy ?? null, oldIsRevoked };
  });
  return `${JSON.stringify({ stack, rotated }, undefined, 2)}\n`;
}

function label({ kind, name }: RotationTarget): string {
  return `Connect ${kind} ${name}`;
}
