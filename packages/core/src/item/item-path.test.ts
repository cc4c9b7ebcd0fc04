import fc from "fast-check";
import { expect, test } from "vitest";
import { type ItemReference, itemPath, itemPathFrom, parseItemPath } from "./item-path.ts";

const vault = "fixturevaultone23456723456";
const item = "fixtureitem234567234567234";
const link = `https://start.1password.com/open/i?a=FIXTUREACCOUNT234567234567&v=${vault.toUpperCase()}&i=${item}&h=acme.1password.com`;

test.each<[string | ItemReference, string]>([
  [{ vault: "acme-prod-app", item: "postgres" }, "vaults/acme-prod-app/items/postgres"],
  [{ vault, item }, `vaults/${vault}/items/${item}`],
  [{ vault: "Acme Prod", item: "Bob's key (ü)" }, "vaults/Acme Prod/items/Bob's key (ü)"],
  ["vaults/acme-prod-app/items/postgres", "vaults/acme-prod-app/items/postgres"],
  [link, `vaults/${vault}/items/${item}`],
])("%j names an item", (input, path) => {
  expect(itemPathFrom(input)).toBe(path);
});

test("a path parses back to what it was rendered from", () => {
  const title = fc
    .string({ minLength: 1, unit: "grapheme" })
    .filter((text) => text === text.trim() && text !== "" && !/["/\\\p{Cc}]/u.test(text));
  fc.assert(
    fc.property(title, title, (vaultTitle, itemTitle) => {
      const reference = { vault: vaultTitle, item: itemTitle };
      expect(parseItemPath(itemPath(reference))).toEqual(reference);
    }),
  );
});

test.each([
  [""],
  ["postgres"],
  ["vaults/app"],
  ["vaults/app/items"],
  ["vaults/app/items/"],
  ["vaults//items/postgres"],
  ["vaults/app/items/postgres/password"],
  ["/vaults/app/items/postgres"],
  ["Vaults/app/Items/postgres"],
  ["items/postgres/vaults/app"],
  ["op://app/postgres/password"],
])("%j is refused as a path", (text) => {
  expect(() => itemPathFrom(text)).toThrow(expect.objectContaining({ code: "ITEM_PATH_INVALID" }));
});

test.each([["a/b"], ['a"b'], ["a\\b"], ["a\nb"], [" a"], ["a "]])(
  "the title %j is refused, as the operator cannot look it up",
  (title) => {
    const refusal = { code: "ITEM_PATH_INVALID", remedy: expect.stringContaining("by its id") };
    expect(() => itemPath({ vault: title, item })).toThrow(expect.objectContaining(refusal));
    expect(() => itemPath({ vault, item: title })).toThrow(expect.objectContaining(refusal));
  },
);

test("a program in plain JavaScript that forgets a part is told which", () => {
  const forgetful: unknown = JSON.parse('{ "vault": "app" }');
  expect(() => itemPathFrom(forgetful as ItemReference)).toThrow("The item path has no item.");
  expect(() => itemPathFrom(null as never)).toThrow("The item path has no vault.");
});

test("a public share link is never shown, as it carries the key to what it shares", () => {
  const publicLink = "https://share.1password.com/s#fixture-share-secret";
  for (const parse of [itemPathFrom, parseItemPath]) {
    expect(() => parse(publicLink)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("fixture-share-secret") }),
    );
  }
  expect(() => itemPathFrom(publicLink)).toThrow("Copy Private Link");
});
