import type { StackReport } from "../model.ts";
import type { EngineEvent, ResourceState, StepMetadata } from "./events.ts";
import {
  canonical,
  compareValues,
  isOnOneWay,
  namedPath,
  type RawChange,
} from "./property-changes.ts";
import { parsePath } from "./property-path.ts";

/** What becomes of a resource, with values that no report may show yet. */
export interface PlannedStep {
  readonly urn: string;
  readonly type: string;
  readonly operation: StackReport["steps"][number]["operation"];
  readonly causes: readonly string[];
  readonly changes: readonly RawChange[];
  readonly before?: ResourceState | undefined;
  readonly after?: ResourceState | undefined;
  /** Of a replacement that an earlier update did not end, what is to be deleted yet. */
  readonly isLeftover: boolean;
}

/** The changes that the engine planned, one for each resource, in the order of their URNs. */
export function plannedSteps(events: readonly EngineEvent[]): readonly PlannedStep[] {
  const metadata = events.flatMap((event) => {
    const { resourcePreEvent, resOutputsEvent, resOpFailedEvent } = event;
    return [resourcePreEvent, resOutputsEvent, resOpFailedEvent].flatMap((step) =>
      step === undefined ? [] : [step.metadata],
    );
  });
  const refreshed = metadata.filter(({ op }) => op === "refresh");
  const others = metadata.filter(({ op }) => op !== "refresh");
  const steps = [
    ...[...byUrn(refreshed).values()].flatMap(refreshedStep),
    ...[...byUrn(others).values()].flatMap(plannedStep),
  ];
  return steps
    .filter(isWorthTelling)
    .sort((a, b) => (canonicalOrder(a) < canonicalOrder(b) ? -1 : 1));
}

/** The outputs of the stack before and after. */
export function stackOutputChanges(events: readonly EngineEvent[]): readonly RawChange[] {
  const told = events
    .flatMap(({ resOutputsEvent }) => (resOutputsEvent === undefined ? [] : [resOutputsEvent]))
    .map(({ metadata }) => metadata)
    .findLast(({ type, op }) => type === stackType && op !== "refresh");
  if (told?.new == null) return [];
  return compareValues(told.old?.outputs ?? {}, told.new.outputs);
}

const stackType = "pulumi:pulumi:Stack";

const replacements = ["replace", "create-replacement", "import-replacement", "read-replacement"];

const operations: Readonly<Record<string, PlannedStep["operation"]>> = {
  create: "create",
  import: "import",
  update: "update",
  delete: "delete",
  "delete-replaced": "delete",
};

function byUrn(all: readonly StepMetadata[]): ReadonlyMap<string, readonly StepMetadata[]> {
  const found = new Map<string, StepMetadata[]>();
  for (const one of all) {
    const sameUrn = found.get(one.urn) ?? [];
    sameUrn.push(one);
    found.set(one.urn, sameUrn);
  }
  return found;
}

function plannedStep(all: readonly StepMetadata[]): readonly PlannedStep[] {
  const [first] = all;
  const operation = operationOf(all.map(({ op }) => op));
  if (first === undefined || operation === undefined) return [];
  const { urn, type } = first;
  const before = all.find(({ old }) => old != null)?.old ?? undefined;
  const after = all.findLast((each) => each.new != null && !each.op.startsWith("delete"))?.new;
  const causes = [...new Set(all.flatMap(({ keys }) => keys ?? []))].sort();
  const changes = changesOf(all, type, before, operation === "delete" ? undefined : after);
  const isLeftover = operation === "delete" && all.some(({ op }) => op === "delete-replaced");
  return [{ urn, type, operation, causes, changes, before, after: after ?? undefined, isLeftover }];
}

function operationOf(ops: readonly string[]): PlannedStep["operation"] | undefined {
  if (ops.some((op) => replacements.includes(op))) return "replace";
  return ops.map((op) => operations[op]).find((operation) => operation !== undefined);
}

/** What a refresh found changed past Pulumi. */
function refreshedStep(all: readonly StepMetadata[]): readonly PlannedStep[] {
  const last = all.findLast((each) => each.old != null);
  if (last?.old == null) return [];
  const before = last.old;
  const after = all.at(-1)?.new ?? undefined;
  const changes = compareValues(own(before.outputs), own(after?.outputs ?? {}));
  if (changes.length === 0) return [];
  const { urn, type } = last;
  return [
    { urn, type, operation: "refresh", causes: [], changes, before, after, isLeftover: false },
  ];
}

/**
 * Where old and new inputs differ. A dynamic resource is compared with its state, as its provider
 * does: that adds to the inputs what it has found. Where only the code in it differs, that is told.
 */
function changesOf(
  all: readonly StepMetadata[],
  type: string,
  before: ResourceState | undefined,
  after: ResourceState | undefined | null,
): readonly RawChange[] {
  if (after == null) return [];
  const given = own(after.inputs);
  const former = own(formerInputs(type, before, after));
  const changes = [...compareValues(former, given)];
  const drifted = detailsOf(all)
    .filter(({ inputDiff }) => !inputDiff)
    .map(({ path }) => namedPath(parsePath(path), [former, given]))
    // The kubernetes provider compares with the live object, and so tells changes of inputs too.
    .filter((path) => !changes.some((change) => isOnOneWay(change.path, path)));
  changes.push(...drifted.map((path) => ({ path })));
  if (changes.length > 0 || before === undefined) return changes;
  const aside = asides.find(
    (key) => canonical(before.inputs[key]) !== canonical(after.inputs[key]),
  );
  if (aside !== undefined) return [{ path: [{ key: aside }] }];
  // A secret, whose old and new value look alike: only the provider may have told where it is.
  const told = detailsOf(all).map(({ path }) => ({ path: parsePath(path) }));
  return told.length > 0 ? told : [{ path: [] }];
}

function formerInputs(
  type: string,
  before: ResourceState | undefined,
  after: ResourceState,
): Readonly<Record<string, unknown>> {
  if (before === undefined) return {};
  if (!type.startsWith("pulumi-nodejs:dynamic/")) return before.inputs;
  const keys = new Set([...Object.keys(before.inputs), ...Object.keys(after.inputs)]);
  const recorded = { ...before.inputs, ...before.outputs };
  return Object.fromEntries(Object.entries(recorded).filter(([key]) => keys.has(key)));
}

/** What the provider says of the difference, where it says anything. */
function detailsOf(all: readonly StepMetadata[]) {
  const details = all.find(({ detailedDiff }) => detailedDiff != null)?.detailedDiff ?? {};
  return Object.entries(details).map(([path, { inputDiff }]) => ({ path, inputDiff }));
}

/**
 * Of a dynamic resource, the source text of its provider, and what that found in the cluster: there
 * is always something, and it is told only where nothing else is.
 */
const asides: readonly string[] = ["__provider", "found"];

function own(properties: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(properties).filter(([key]) => !asides.includes(key)));
}

/**
 * The engine's own providers come and go with versions, and each change of the configuration is one of
 * theirs: `pulumi preview` shows none of it, and with `--json` tells no event of them.
 */
function isWorthTelling({ type, urn }: PlannedStep): boolean {
  if (type === stackType) return false;
  const isDefault = /^default(_|$)/.test(urn.split("::").at(-1) ?? "");
  return !(type.startsWith("pulumi:providers:") && isDefault);
}

function canonicalOrder({ urn, operation }: PlannedStep): string {
  return `${urn} ${operation}`;
}
