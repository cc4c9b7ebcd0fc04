import { createHash } from "node:crypto";
import type { PlannedStep } from "./engine/planned-steps.ts";
import { canonical, type RawChange } from "./engine/property-changes.ts";
import type { StackReport } from "./model.ts";
import { placeholders, type StackIdentity } from "./placeholders.ts";

/**
 * What a reviewed apply compares: all that is going to happen, also what no report shows. A secret
 * is in it as the engine gives it, without its value.
 */
export function digestOf(steps: readonly PlannedStep[], outputs: readonly RawChange[]): string {
  const told = steps.map(({ urn, operation, causes, changes }) => [
    urn,
    operation,
    causes,
    changes,
  ]);
  return sha256(canonical([told, outputs]));
}

/**
 * What stacks have in common to which the same happens: the report with client and environment
 * replaced, without what is different for each and chosen by no one, such as an id.
 */
export function shapeOf(
  report: Pick<StackReport, "outcome" | "steps" | "outputs" | "minting" | "risks" | "problems">,
  identity: StackIdentity,
): string {
  const { outcome, steps, outputs, minting, risks, problems } = report;
  const general = placeholders(identity);
  const alike = (value: unknown): unknown => {
    if (typeof value === "string") return withoutIds(general(value));
    if (Array.isArray(value)) return value.map(alike);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, alike(each)]));
  };
  // Types are Pulumi's words: none of them is a client's.
  const told = steps.map(({ type, name, operation, causes, changes }) => {
    const chain = [operation, type, alike(name), causes];
    return canonical([chain, sorted(changes.map((change) => canonical(alike(change))))]);
  });
  const rest = [outputs, minting, risks, problems].map((list) =>
    sorted(list.map((each: unknown) => canonical(alike(each)))),
  );
  return sha256(canonical([outcome, sorted(told), rest]));
}

/** Of 1Password, of anything that counts in UUIDs, fingerprints, ARNs with their suffix, times. */
function withoutIds(text: string): string {
  return text
    .replace(/(?<![A-Za-z0-9])([a-z0-9]{26}|[A-Z0-9]{26})(?![A-Za-z0-9])/g, "{id}")
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, "{id}")
    .replace(/(?<![A-Za-z0-9])[0-9a-f]{64}(?![A-Za-z0-9])/g, "{id}")
    .replace(/\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?Z)?/g, "{time}");
}

function sorted(texts: readonly string[]): readonly string[] {
  return [...texts].sort();
}

function sha256(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}
