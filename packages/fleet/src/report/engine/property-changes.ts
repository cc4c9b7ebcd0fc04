import { isRecord } from "@opconnect/core/json";
import type { PathSegment } from "./property-path.ts";
import { isMarked } from "./values.ts";

/** A property whose value differs. One that is absent on a side has none there. */
export interface RawChange {
  readonly path: readonly PathSegment[];
  readonly before?: unknown;
  readonly after?: unknown;
}

/**
 * Where two values differ, as deep down as can be told. A property without a value is as one that is
 * not there.
 * @see https://github.com/pulumi/pulumi/blob/sdk/v3.246.0/sdk/go/common/resource/properties_diff.go
 */
export function compareValues(
  before: unknown,
  after: unknown,
  path: readonly PathSegment[] = [],
): readonly RawChange[] {
  if (canonical(before) === canonical(after)) return [];
  if (isPlain(before) && isPlain(after)) return compareObjects(before, after, path);
  if (Array.isArray(before) && Array.isArray(after)) return compareLists(before, after, path);
  // What is new, or gone, is told by its parts, so that what may be shown of it is.
  const parts =
    before === undefined && isParted(after)
      ? compareValues(emptyLike(after), after, path)
      : after === undefined && isParted(before)
        ? compareValues(before, emptyLike(before), path)
        : [];
  return parts.length > 0 ? parts : [wholeChange(path, before, after)];
}

/**
 * A path by places in lists as {@link compareValues} gives it: by the names of elements, where they
 * have some in one of the values.
 */
export function namedPath(
  path: readonly PathSegment[],
  values: readonly unknown[],
): readonly PathSegment[] {
  let here = values;
  return path.map((segment) => {
    if (!("index" in segment)) {
      here = here.map((value) => ("key" in segment ? propertyOf(value, segment.key) : undefined));
      return segment;
    }
    const { index } = segment;
    const lists = here.filter((value) => Array.isArray(value));
    const list = lists.find((each) => index < each.length);
    const element = list !== undefined && byName(list) ? nameOf(list[index]) : undefined;
    here = here.map((value) => {
      if (!Array.isArray(value)) return undefined;
      return element === undefined ? value[index] : byName(value)?.get(element);
    });
    return element === undefined ? segment : { element };
  });
}

/** Whether one of two paths leads to the other, or to what is below it. */
export function isOnOneWay(one: readonly PathSegment[], other: readonly PathSegment[]): boolean {
  const length = Math.min(one.length, other.length);
  return canonical(one.slice(0, length)) === canonical(other.slice(0, length));
}

function propertyOf(value: unknown, key: string): unknown {
  return isPlain(value) ? valueAt(value, key) : undefined;
}

function wholeChange(path: readonly PathSegment[], before: unknown, after: unknown): RawChange {
  return { path, ...(before !== undefined && { before }), ...(after !== undefined && { after }) };
}

/** JSON by which equal values are equal texts. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, sortedKeys) ?? "null";
}

function compareObjects(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
  path: readonly PathSegment[],
): readonly RawChange[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.flatMap((key) =>
    compareValues(valueAt(before, key), valueAt(after, key), [...path, { key }]),
  );
}

/** Elements that a list tells by a name, or that are names themselves, have no place in it. */
function compareLists(
  before: readonly unknown[],
  after: readonly unknown[],
  path: readonly PathSegment[],
): readonly RawChange[] {
  const [named, namedAfter] = [byName(before), byName(after)];
  if (named !== undefined && namedAfter !== undefined) {
    const names = [...new Set([...named.keys(), ...namedAfter.keys()])];
    const changes = names.flatMap((element) =>
      compareValues(named.get(element), namedAfter.get(element), [...path, { element }]),
    );
    const isInOrder = canonical([...named.keys()]) === canonical([...namedAfter.keys()]);
    // Nothing but another order.
    return changes.length > 0 || isInOrder ? changes : [{ path, before, after }];
  }
  return Array.from({ length: Math.max(before.length, after.length) }).flatMap((_, index) => {
    const place = [...path, { index }];
    const changes = compareValues(before[index], after[index], place);
    const isOnBoth = index < before.length && index < after.length;
    return changes.length > 0 || isOnBoth
      ? changes
      : [wholeChange(place, before[index], after[index])];
  });
}

function byName(list: readonly unknown[]): ReadonlyMap<string, unknown> | undefined {
  const names = list.map(nameOf);
  const named = new Map(list.map((element, index) => [names[index] ?? "", element]));
  return names.includes(undefined) || named.size < list.length ? undefined : named;
}

function nameOf(element: unknown): string | undefined {
  if (typeof element === "string") return element;
  if (!isPlain(element)) return undefined;
  const name = element.name ?? element.key ?? element.mountPath ?? element.containerPort;
  return typeof name === "string" || typeof name === "number" ? String(name) : undefined;
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return isRecord(value) && !isMarked(value);
}

function isParted(value: unknown): boolean {
  return (isPlain(value) || Array.isArray(value)) && Object.keys(value).length > 0;
}

function emptyLike(value: unknown): unknown {
  return Array.isArray(value) ? [] : {};
}

function valueAt(record: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function sortedKeys(_: string, value: unknown): unknown {
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
