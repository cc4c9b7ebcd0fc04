import { redacted } from "@opconnect/core";
import type { RawChange } from "./engine/property-changes.ts";
import { type PathSegment, parsePath } from "./engine/property-path.ts";
import { holdsSecret, isUnknown } from "./engine/values.ts";
import type { StackReport } from "./model.ts";
import { shownKinds } from "./shown-properties.ts";

type PropertyChange = StackReport["outputs"][number];
type Shown = NonNullable<PropertyChange["before"]>;

/** Changes of a resource as a report shows them; what it may not tell apart is told once. */
export function shownChanges(
  type: string,
  changes: readonly RawChange[],
): readonly PropertyChange[] {
  const rules = rulesFor(type);
  const shown = changes.map((change) => shownChange(rules, change));
  const byText = new Map(shown.map((change) => [JSON.stringify(change), change]));
  return [...byText.values()];
}

/** Paths that a replacement is for, as far as a report may name them. */
export function shownCauses(type: string, causes: readonly string[]): readonly string[] {
  const rules = rulesFor(type);
  return [...new Set(causes.map((cause) => renderPath(known(rules, parsePath(cause)))))].sort();
}

/** An output of a stack: its name, and nothing that a program put there. */
export function shownOutputs(changes: readonly RawChange[]): readonly PropertyChange[] {
  return shownChanges("pulumi:pulumi:Stack", changes);
}

/** Text from a program, without what is a secret by its form. */
export function shownText(text: string): string {
  return redacted(text);
}

interface Rule {
  readonly segments: readonly string[];
  readonly hasValue: boolean;
}

const rulesByType = new Map<string, readonly Rule[]>();

function rulesFor(type: string): readonly Rule[] {
  const cached = rulesByType.get(type);
  if (cached !== undefined) return cached;
  const rules = shownKinds
    .filter(({ types }) => types.some((pattern) => isLike(pattern, type)))
    .flatMap(({ values, names = [] }) => [
      ...values.map((path) => ({ segments: patternOf(path), hasValue: true })),
      ...names.map((path) => ({ segments: patternOf(path), hasValue: false })),
    ]);
  rulesByType.set(type, rules);
  return rules;
}

function patternOf(path: string): readonly string[] {
  return parsePath(path).map((segment) => ("key" in segment ? segment.key : ""));
}

function isLike(pattern: string, type: string): boolean {
  const [start = "", ...rest] = pattern.split("*");
  if (!type.startsWith(start)) return false;
  let at = start.length;
  for (const part of rest.slice(0, -1)) {
    const found = type.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  const end = rest.at(-1);
  return end === undefined
    ? type === pattern
    : type.length - at >= end.length && type.endsWith(end);
}

function shownChange(rules: readonly Rule[], change: RawChange): PropertyChange {
  const path = known(rules, change.path);
  const mayShow =
    path.length === change.path.length &&
    rules.some(({ segments, hasValue }) => hasValue && matches(segments, path));
  const isElement = isScalarElement(path, change);
  const show = (value: unknown) => (mayShow ? shownValue(value) : hiddenValue(value));
  return {
    path: renderPath(path, isElement),
    ...(isSaid(change, "before") && { before: show(change.before) }),
    ...(isSaid(change, "after") && { after: show(change.after) }),
  };
}

/** Whether the last element is itself the value. */
function isScalarElement(path: readonly PathSegment[], change: RawChange): boolean {
  const last = change.path.at(-1);
  if (last === undefined || !("element" in last) || path.length < change.path.length) return false;
  return change.before === last.element || change.after === last.element;
}

/** A change of which no value is told has both. */
function isSaid(change: RawChange, side: "before" | "after"): boolean {
  return side in change || !("before" in change || "after" in change);
}

/** The part of a path that is known to be no program's own choice of words. */
function known(rules: readonly Rule[], path: readonly PathSegment[]): readonly PathSegment[] {
  let length = path.length;
  while (length > 1 && !rules.some(({ segments }) => leadsTo(segments, path.slice(0, length)))) {
    length -= 1;
  }
  const [first] = path;
  // What stands first is in the schema of the resource, or the name of an output.
  return first !== undefined && "key" in first && /^[A-Za-z_][\w-]{0,63}$/.test(first.key)
    ? path.slice(0, length)
    : [];
}

/** Whether a rule is for the path, or for something below it. */
function leadsTo(segments: readonly string[], path: readonly PathSegment[]): boolean {
  if (segments.at(-1) === "**" && path.length >= segments.length) return matches(segments, path);
  return path.length <= segments.length && matches(segments.slice(0, path.length), path);
}

function matches(segments: readonly string[], path: readonly PathSegment[]): boolean {
  const isOpen = segments.at(-1) === "**";
  const fixed = isOpen ? segments.slice(0, -1) : segments;
  if (isOpen ? path.length < fixed.length : path.length !== fixed.length) return false;
  return fixed.every((pattern, index) => pattern === "*" || pattern === textOf(path[index]));
}

function textOf(segment: PathSegment | undefined): string | undefined {
  if (segment === undefined) return undefined;
  if ("key" in segment) return segment.key;
  return "index" in segment ? undefined : segment.element;
}

function renderPath(path: readonly PathSegment[], isElement = false): string {
  const text = path.map((segment, index) => {
    if ("index" in segment) return `[${segment.index}]`;
    // The element is the value.
    if ("element" in segment) {
      return isElement && index === path.length - 1 ? "[]" : `[${shownName(segment.element)}]`;
    }
    if (!/^[A-Za-z_][\w-]*$/.test(segment.key)) return `["${shownName(segment.key)}"]`;
    return index === 0 ? segment.key : `.${segment.key}`;
  });
  return shownText(text.join(""));
}

/** A name or key that a program chose, if it is one as people give: anything else may be a secret. */
export function shownName(name: string): string {
  const isName = /^[\w .@+/-]{1,64}$/.test(name) && shownText(name) === name;
  return isName ? name : "…";
}

function hiddenValue(value: unknown): Shown {
  return { hidden: isUnknown(value) ? "known after apply" : "not shown" };
}

function shownValue(value: unknown): Shown {
  if (isUnknown(value) || holdsSecret(value)) return hiddenValue(value);
  if (value === null || typeof value === "number" || typeof value === "boolean") return { value };
  if (typeof value !== "string") return value === undefined ? { value: null } : hiddenValue(value);
  return isPlainText(value) ? { value } : hiddenValue(value);
}

/** What names, versions, images, ARNs and paths are made of, and of no form that a secret has. */
function isPlainText(text: string): boolean {
  return /^[\w .:,@+*/()=-]{0,300}$/.test(text) && redacted(text) === text;
}
