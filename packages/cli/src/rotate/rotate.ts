import { ConnectError } from "@opconnect/core";
import { z } from "zod";
import type { StackEnvironment } from "../stack/environment.ts";
import { readStack, type StackLocation } from "../stack/read.ts";
import { runUp } from "../stack/up.ts";
import { requireTerminal } from "../terminal/confirmed.ts";
import { say } from "../terminal/say.ts";
import { renderTable } from "../terminal/table.ts";
import { requestRotation, withdrawRotation } from "./request.ts";
import { type RotationTarget, rotationTargets } from "./targets.ts";

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
  const targets = rotationTargets(await readStack(location), { stack, ...choice });
  for (const target of targets) say(`To be replaced: ${label(target)}`);
  await requestRotation(targets);
  // A user who has said yes already waits for no preview.
  const exitCode = await runUp(location, yes ? ["--yes", "--skip-preview"] : []);
  const results = compare(targets, await readStack(location));
  process.stdout.write(json ? renderJson(stack, results) : render(results));
  await withdrawRotation(targets);
  const kept = results.filter(({ replacedBy }) => replacedBy === undefined);
  if (exitCode !== 0 || kept.length > 0) throw unfinished(kept, results, stack);
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

function unfinished(kept: Results, results: Results, stack: string): ConnectError {
  if (kept.length === results.length) {
    return new ConnectError(
      "ROTATION_UNFINISHED",
      "Nothing was replaced: the update was declined, or failed before it got there. The credentials are the ones from before.",
      "Mend what the update says, then rotate again.",
    );
  }
  return new ConnectError(
    "ROTATION_UNFINISHED",
    "The update did not get to its end. Both the new ones and the old ones that are not revoked are valid.",
    `Mend what the update says, then run \`pulumi up --stack ${stack}\` to finish it.`,
  );
}
