import { type ItemPart, secretKeys } from "@opconnect/core";
import { expect, test } from "vitest";
import { renderKeys } from "./render.ts";

const part = (kind: ItemPart["kind"], label: string, hasValue = true): ItemPart => ({
  ...{ kind, label, hasValue },
});

function rendered(parts: readonly ItemPart[], operator?: string): string {
  const secret = secretKeys(parts, operator);
  const text = renderKeys(
    { item: { title: "odd" }, chart: "2.4.1", operator, secret },
    process.stdout,
  );
  return text.replaceAll(/ +$/gm, "");
}

test("a Secret that is refused shows what for, and what it would have", () => {
  expect(rendered([part("field", "a"), part("field", "..")], "1.12.0")).toMatchInlineSnapshot(`
    "Kubernetes refuses the Secret of "odd" as a whole. So operator 1.12.0 of chart 2.4.1 writes it.

    It refuses:

    FROM        WHY
    field ".."  its label becomes the key "..", which Kubernetes does not take: give it another

    But for that:

    KEY  FROM  NOTE
    a    field "a"
    "
  `);
});

test.each<[string, readonly ItemPart[], string | undefined, string]>([
  ["nothing is left of before 1.11", [part("field", "é")], "1.10.1", "use chart 2.3.0 or newer"],
  ["has no label at all", [part("website", "")], "1.12.0", "website without a label"],
  ["is too long", [part("field", "a".repeat(300))], "1.12.0", "Its label is cut."],
  ["is empty, by 1.10", [part("field", "a", false)], "1.10.1", "It is empty."],
  ["an old operator does not read", [part("website", "a")], "1.9.1", "reads no websites"],
  [
    "one of several is, by chance",
    [part("website", "a b"), part("website", "a!b")],
    "1.12.0",
    "One of several websites with this key, by chance.",
  ],
  [
    "an unknown chart's operator writes",
    [part("field", "a")],
    undefined,
    "chart 2.4.1 is taken to write it as the newest",
  ],
])("what %s is told", (_, parts, operator, says) => {
  expect(rendered(parts, operator)).toContain(says);
});

test("a label ends no line, and gives a terminal no orders", () => {
  expect(rendered([part("field", "a\n\u001b[2Jb")], "1.12.0")).toContain(
    'a-2Jb  field "a\\n\\u001b[2Jb"\n',
  );
});
