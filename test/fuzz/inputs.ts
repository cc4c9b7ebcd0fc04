import fc from "fast-check";
import { secretsByForm, showsMark } from "./marked.ts";

/** Any text: wild, long, or with a secret in it, that stands apart from what is around it. */
export function anyText(): fc.Arbitrary<string> {
  const around = fc.constantFrom(" ", "\n", '"', "'", " = ", ": ", "(", ", ");
  const secret = fc
    .tuple(fc.string(), around, fc.constantFrom(...secretsByForm), around, fc.string())
    .map((parts) => parts.join(""));
  const long = fc
    .tuple(fc.string({ minLength: 1, maxLength: 4 }), fc.nat(2_000))
    .map(([text, times]) => text.repeat(times));
  const wild = fc.string({ unit: "binary", maxLength: 200 });
  return fc.oneof(
    { weight: 4, arbitrary: fc.string() },
    { weight: 3, arbitrary: secret },
    { weight: 2, arbitrary: wild },
    { weight: 1, arbitrary: fc.json() },
    { weight: 1, arbitrary: long },
  );
}

/** Any value that JSON, or a program in JavaScript, can hold. */
export function anyValue(): fc.Arbitrary<unknown> {
  const odd = fc.constantFrom<unknown>(
    ...[null, undefined, "", " ", 0, -1, Number.NaN, 1e21, true, [], {}, [[]], "__proto__"],
    ...[{ toString: 1 }, { length: 1e9 }, { constructor: null }, ["toString"]],
  );
  return fc.oneof(anyText(), odd, fc.jsonValue());
}

/** A sample of what is good, with some of its parts exchanged for others, or left out. */
export function altered(sample: unknown): fc.Arbitrary<unknown> {
  const places = placesIn(sample);
  // A secret that moves to where a name belongs would be shown, and rightly so.
  const movable = places
    .map((path) => valueAt(sample, path))
    .filter((value) => !showsMark(`${JSON.stringify(value)}`));
  const edit = fc.record({
    at: fc.constantFrom(...places),
    value: fc.oneof(anyValue(), fc.constantFrom(gone, ...movable)),
  });
  return fc
    .array(edit, { maxLength: 3 })
    .map((edits) =>
      edits.reduce((value, { at, value: put }) => withValueAt(value, at, put), sample),
    );
}

/** JSON of a sample that is altered; or cut short, with other text in between. */
export function alteredJson(sample: unknown): fc.Arbitrary<string> {
  const text = JSON.stringify(sample);
  // Nothing is cut out: that could move a secret to where a name belongs.
  const places = fc
    .array(fc.nat(text.length), { minLength: 1, maxLength: 4 })
    .map((all) => all.sort((a, b) => a - b));
  const broken = fc.tuple(places, fc.array(anyPiece(), { minLength: 3, maxLength: 3 }));
  return fc.oneof(
    altered(sample).map((value) => JSON.stringify(value) ?? ""),
    broken.map(([ends, pieces]) =>
      ends.map((end, at) => `${text.slice(ends[at - 1] ?? 0, end)}${pieces[at] ?? ""}`).join(""),
    ),
  );
}

/** A text that is cut, repeated in part, or has another put into it. What is put in stays whole. */
export function spliced(sample: string): fc.Arbitrary<string> {
  const splice = fc.tuple(fc.nat(sample.length), fc.nat(sample.length), anyPiece());
  return fc.array(splice, { maxLength: 3 }).map((splices) => {
    const ordered = splices.toSorted(([one], [other]) => one - other);
    const starts = [0, ...ordered.map(([, end]) => end)];
    const parts = ordered.map(([to, , text], at) => `${sample.slice(starts[at], to)}${text}`);
    return `${parts.join("")}${sample.slice(starts.at(-1))}`;
  });
}

function anyPiece(): fc.Arbitrary<string> {
  return fc.oneof(anyText(), fc.constantFrom("", "\n", "\0", '"', "}", "]", "[", "=", "\r"));
}

const gone = Symbol("left out");
type Path = readonly string[];

function placesIn(value: unknown): readonly Path[] {
  if (typeof value !== "object" || value === null) return [[]];
  const inside = Object.entries(value).flatMap(([key, each]) =>
    placesIn(each).map((path) => [key, ...path]),
  );
  return [[], ...inside];
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((at, key) => Object(at)[key], value);
}

function withValueAt(value: unknown, [key, ...path]: Path, put: unknown): unknown {
  if (key === undefined) return put === gone ? undefined : put;
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).flatMap(([name, each]) => {
    if (name !== key) return [[name, each] as const];
    if (path.length === 0 && put === gone) return [];
    return [[name, withValueAt(each, path, put)] as const];
  });
  return Array.isArray(value) ? entries.map(([, each]) => each) : Object.fromEntries(entries);
}
