import { expect, test } from "vitest";
import { parseItem } from "./parse-item.ts";

const [account, vault, item] = ["a", "b", "c"].map((letter) => letter.repeat(26));

test.each([
  ["acme-prod-app/postgres", { vault: "acme-prod-app", item: "postgres" }],
  ["op://Acme app/db one", { vault: "Acme app", item: "db one" }],
  ["vaults/app/items/db", { vault: "app", item: "db" }],
  [
    `https://start.1password.com/open/i?a=${account}&v=${vault}&i=${item}&h=acme.1password.com`,
    { vault, item },
  ],
])("%s names an item", (text, reference) => {
  expect(parseItem(text)).toEqual(reference);
});

test.each([
  ["postgres", /The item is "postgres"\..*Write <vault>\/<item>.*\[ITEM_PATH_INVALID\]/],
  ["op://app/db/password", /without a field behind them/],
  ["app/", /has no item/],
  ['app/a"b', /The operator cannot look up item/],
  ["https://share.1password.com/s#fixture-key", /^(?!.*fixture-key).*\[SHARE_LINK_INVALID\]/],
])("%s names none", (text, says) => {
  expect(() => parseItem(text)).toThrow(says);
});
