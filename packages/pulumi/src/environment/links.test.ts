import { expect, test } from "vitest";
import { checkLinks } from "./links.ts";

const vault = "fixturevaultone23456723456";
const link = `https://start.1password.com/open/i?a=FIXTUREACCOUNT234567234567&v=${vault}&i=fixtureitem234567234567234&h=acme.1password.com`;
const items = { db: { namespace: "app", link }, api: { namespace: "app", vault: "a", item: "b" } };

test("a link may lead into a vault that the operator's token covers", () => {
  checkLinks(items, ["a".repeat(26), vault.toUpperCase()], ["app", "shared"]);
});

test("a link into another vault is refused, and not quoted", () => {
  const check = () => checkLinks(items, ["a".repeat(26)], ["app"]);
  expect(check).toThrow(/`items.db.link` leads into the vault fixturevaultone.*SHARE_LINK_FOREIGN/);
  expect(check).not.toThrow("start.1password.com");
});
