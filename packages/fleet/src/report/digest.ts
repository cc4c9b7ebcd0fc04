import { createHash } from "node:crypto";
import type { PlannedStep } from "./engine/planned-steps.ts";
import { canonical, type RawChange } from "./engine/property-changes.ts";
import type { PathSegment } from "./engine/property-path.ts";
import { type Change, generalise, rewrite } from "./shapes/generalise.ts";
import type { StackIdentity } from "./shapes/placeholders.ts";

/**
 * What a reviewed apply compares: all that is going to happen, also what no report shows. A secret
 * is in it as the engine gives it, without its value.
 */
export function digestOf(steps: readonly PlannedStep[], outputs: readonly RawChange[]): string {
  const told = steps.map(({ urn, type, operation, causes, changes }) => [
    urn,
    operation,
    causes,
    changes.filter(({ path: [first] }) => !isOfStore(type, first)),
  ]);
  return sha256(canonical([told, outputs]));
}

function isOfStore(type: string, first: PathSegment | undefined): boolean {
  const isMinted = /^pulumi-nodejs:dynamic\/opconnect:Connect(Server|Token)$/.test(type);
  return isMinted && first !== undefined && "key" in first && first.key === "stored";
}

/**
 * What stacks have in common to which the same happens: the change with client and environment
 * replaced, without what is different for each and chosen by no one, such as an id.
 */
export function shapeOf(change: Change, identity: StackIdentity): string {
  const { outcome, steps, ...rest } = rewrite(generalise(change, identity), withoutIds);
  const told = steps.map(({ urn: _, changes, ...step }) => canonical([step, inOrder(changes)]));
  // The order is that of names, which are different for each.
  return sha256(canonical([outcome, told.toSorted(), Object.values(rest).map(inOrder)]));
}

function inOrder(list: readonly unknown[]): readonly string[] {
  return list.map(canonical).sort();
}

/** Of 1Password, of anything that counts in UUIDs, fingerprints, ARNs with their suffix, times. */
function withoutIds(text: string): string {
  return text
    .replace(/(?<![A-Za-z0-9])([a-z0-9]{26}|[A-Z0-9]{26})(?![A-Za-z0-9])/g, "{id}")
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, "{id}")
    .replace(/(?<![A-Za-z0-9])[0-9a-f]{64}(?![A-Za-z0-9])/g, "{id}")
    .replace(/\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?Z)?/g, "{time}");
}

function sha256(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}
