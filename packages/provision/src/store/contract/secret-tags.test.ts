import fc from "fast-check";
import { expect, test } from "vitest";
import { adoptionTags, isAdopted, isOurs, parseStaticTags, releaseTags } from "./secret-tags.ts";
import { storeTagKeys } from "./value-tags.ts";

const tags = fc.dictionary(
  fc.constantFrom("managed-by", "client", "team", "environment"),
  fc.constantFrom("opconnect", "terraform", "acme"),
);

function changed(existing: Record<string, string>, changes: Readonly<Record<string, string>>) {
  const merged = Object.entries({ ...existing, ...changes });
  return Object.fromEntries(merged.filter(([, value]) => value !== ""));
}

test("a secret that was there before is ours while it is used, and what it was afterwards", () => {
  fc.assert(
    fc.property(tags, (existing) => {
      fc.pre(!isOurs(existing));
      const adopted = changed(existing, adoptionTags(existing));
      expect([isOurs(adopted), isAdopted(adopted)]).toEqual([true, true]);
      expect(changed(adopted, adoptionTags(adopted))).toEqual(adopted);
      expect(changed(adopted, releaseTags(adopted))).toEqual(existing);
    }),
  );
});

test("a secret that we created is not marked as adopted", () => {
  expect(adoptionTags({ "managed-by": "opconnect" })).toEqual({});
});

test.each([...storeTagKeys, "opconnect:adopted", "opconnect:anything"])(
  "the tag %s is refused",
  (key) => {
    expect(() => parseStaticTags({ [key]: "x" })).toThrow(key);
  },
);

test("tags of users are taken, and the owner's own is not written over another", () => {
  expect(parseStaticTags({ client: "acme", "managed-by": "opconnect" })).toEqual({
    client: "acme",
  });
});
