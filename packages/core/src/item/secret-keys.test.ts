import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isSecretKey, secretKey } from "./secret-key.ts";
import { type ItemPart, secretKeys } from "./secret-keys.ts";

const field = (label: string, more: Partial<ItemPart> = {}): ItemPart => ({
  ...{ kind: "field", label, hasValue: true },
  ...more,
});
const website = (label: string, more: Partial<ItemPart> = {}): ItemPart => ({
  ...field(label, more),
  kind: "website",
});
const file = (label: string, more: Partial<ItemPart> = {}): ItemPart => ({
  ...field(label, more),
  kind: "file",
});
const empty = { hasValue: false };

/** Each part by its key, with what becomes of it. */
function outcomes(parts: readonly ItemPart[], operatorVersion?: string): readonly string[] {
  const predicted = secretKeys(parts, operatorVersion).parts;
  return predicted.map(({ key, outcome }) => `${key}: ${outcome}`);
}

describe("by the newest operator", () => {
  test.each<[string, readonly ItemPart[], readonly string[]]>([
    [
      "of two fields of one label the last counts",
      [field("a"), field("a")],
      ["a: lost", "a: arrives"],
    ],
    [
      "so of two labels that become one",
      [field("a b"), field("a!b")],
      ["a-b: lost", "a-b: arrives"],
    ],
    ["an emoji is no key", [field("🔑"), field("a")], [": no-key", "a: arrives"]],
    ["no value, no key", [field("a", empty)], ["a: no-value"]],
    [
      "an empty field takes nothing away",
      [field("a"), field("a", empty)],
      ["a: arrives", "a: no-value"],
    ],
    ["a file comes after a field", [file("a"), field("a")], ["a: lost", "a: arrives"]],
    ["and after a website", [website("a"), file("a")], ["a: arrives", "a: lost"]],
    ["the first of two files counts", [file("a b"), file("a-b")], ["a-b: arrives", "a-b: lost"]],
    ["an empty file is none", [file("a", empty)], ["a: no-value"]],
    ["a website comes after a field", [field("a"), website("a")], ["a: arrives", "a: lost"]],
    [
      "a primary website comes first",
      [website("a", { isPrimary: true }), website("a")],
      ["a: arrives", "a: lost"],
    ],
    ["without one, the last", [website("a"), website("a")], ["a: lost", "a: arrives"]],
    [
      "one without an address is chosen too",
      [website("a"), website("a", empty)],
      ["a: lost", "a: no-value"],
    ],
    [
      "of two labels, either",
      [website("a b"), website("a!b")],
      ["a-b: undecided", "a-b: undecided"],
    ],
    ["a long label is cut", [field("a".repeat(300))], [`${"a".repeat(253)}: arrives`]],
    ["dots are refused", [field("..")], ["..: refused"]],
    ["also in front", [field("..a"), field(".a")], ["..a: refused", ".a: arrives"]],
  ])("%s", (_, parts, expected) => {
    expect(outcomes(parts)).toEqual(expected);
    expect(outcomes(parts, "1.12.0")).toEqual(expected);
    expect(outcomes(parts, "1.11.0")).toEqual(expected);
  });

  test("what is lost says to what", () => {
    const [first] = secretKeys([field("a"), field("a", { section: "Admin" })]).parts;
    expect(first?.lostTo).toEqual(field("a", { section: "Admin" }));
  });

  test("one key that is refused spoils all others", () => {
    expect(secretKeys([field("a"), field("..")])).toMatchObject({ keys: [], isRefused: true });
    expect(secretKeys([field("b"), file("a")])).toMatchObject({
      keys: ["a", "b"],
      isRefused: false,
    });
  });
});

test.each<[string, readonly ItemPart[], Readonly<Record<string, readonly string[]>>]>([
  [
    "a label of which nothing is left spoils the Secret before 1.11",
    [field("🔑")],
    { "1.10.1": [": refused"], "1.8.1": [": refused"] },
  ],
  [
    "not without a value, but by 1.10",
    [field("🔑", empty)],
    { "1.10.1": [": refused"], "1.9.1": [": no-value"] },
  ],
  [
    "a file's name stays as it is before 1.11",
    [file("a b"), file("c")],
    { "1.10.1": ["a b: refused", "c: arrives"], "1.9.0": ["a b: refused", "c: arrives"] },
  ],
  [
    "an empty field is a key by 1.10, and takes that of others",
    [field("a"), field("a", empty), file("a")],
    {
      "1.10.0": ["a: lost", "a: arrives", "a: lost"],
      "1.9.1": ["a: arrives", "a: no-value", "a: lost"],
    },
  ],
  [
    "an empty file is one before 1.11",
    [file("a", empty)],
    { "1.10.1": ["a: arrives"], "1.9.1": ["a: arrives"] },
  ],
  [
    "websites are read from 1.10.1 on",
    [website("a b"), website("a!b")],
    { "1.10.1": ["a-b: lost", "a-b: arrives"], "1.10.0": ["a-b: not-read", "a-b: not-read"] },
  ],
])("%s", (_, parts, expected) => {
  for (const [version, outcome] of Object.entries(expected)) {
    expect(outcomes(parts, version), version).toEqual(outcome);
  }
});

test("a version that is none is refused", () => {
  expect(() => secretKeys([], "latest")).toThrow('The operator\'s version is "latest"');
});

// Few labels, of which many become one key.
const label = fc.constantFrom("a", "a b", "a!b", "a-b", "A", "🔑", "", "..", "..a", "é");
const parts = fc.array(
  fc.record<ItemPart>({
    kind: fc.constantFrom("field", "website", "file"),
    label,
    hasValue: fc.boolean(),
    isPrimary: fc.boolean(),
  }),
  { maxLength: 8 },
);
const versions = ["1.8.1", "1.9.0", "1.9.1", "1.10.0", "1.10.1", "1.11.0", "1.12.0"];

test.each(versions)("the keys are those of operator %s", (version) => {
  fc.assert(
    fc.property(parts, (item) => {
      const built = [...builtKeys(item, version)];
      const isRefused = !built.every(isSecretKey);
      const { keys, ...predicted } = secretKeys(item, version);
      expect(predicted.isRefused).toBe(isRefused);
      expect(keys).toEqual(isRefused ? [] : built.sort());
    }),
  );
});

test("each part has an outcome, and each key comes of one part, or by chance of several", () => {
  fc.assert(
    fc.property(parts, fc.constantFrom(...versions), (item, version) => {
      const { parts: predicted, keys } = secretKeys(item, version);
      expect(predicted).toMatchObject(item);
      for (const key of keys) {
        const having = predicted.filter((part) => part.key === key);
        const arriving = having.filter(({ outcome }) => outcome === "arrives").length;
        const undecided = having.filter(({ outcome }) => outcome === "undecided").length;
        expect(arriving === 1 ? undecided === 0 : arriving === 0 && undecided > 1).toBe(true);
      }
    }),
  );
});

test("a field more takes no key away, unless it spoils the Secret", () => {
  fc.assert(
    fc.property(parts, label, fc.boolean(), (item, more, hasValue) => {
      const before = secretKeys(item);
      const after = secretKeys([...item, field(more, { hasValue })]);
      if (!after.isRefused) expect(after.keys).toEqual(expect.arrayContaining([...before.keys]));
    }),
  );
});

/** The keys as the Go code of each operator builds them, line by line. */
function builtKeys(parts: readonly ItemPart[], version: string): ReadonlySet<string> {
  const data = new Set<string>();
  const of = (kind: ItemPart["kind"]) => parts.filter((part) => part.kind === kind);
  const format = (text: string) => secretKey(text) ?? "";
  const isNewest = /^1\.1[12]/.test(version);
  if (isNewest || version === "1.10.1") {
    const byLabel = new Map<string, ItemPart>();
    for (const url of of("website")) {
      const key = isNewest ? url.label : format(url.label);
      const existing = byLabel.get(key);
      if (existing === undefined || url.isPrimary || !existing.isPrimary) byLabel.set(key, url);
    }
    for (const [key, url] of byLabel) {
      if (isNewest && (format(key) === "" || !url.hasValue)) continue;
      data.add(isNewest ? format(key) : key);
    }
  }
  for (const { label, hasValue } of of("field")) {
    const key = format(label);
    if (isNewest && key === "") continue;
    if (!version.startsWith("1.10") && !hasValue) continue;
    data.add(key);
  }
  for (const { label, hasValue } of of("file")) {
    const key = isNewest ? format(label) : label;
    if (isNewest && (key === "" || !hasValue)) continue;
    data.add(key);
  }
  return data;
}
