import fc from "fast-check";
import { expect, test } from "vitest";
import { ConnectError } from "../error/connect-error.ts";
import { parseShareLink } from "./share-link.ts";

const account = "FIXTUREACCOUNT234567234567";
const vault = "fixturevaultone23456723456";
const item = "fixtureitem234567234567234";
const query = `a=${account}&v=${vault}&i=${item}&h=acme.1password.com`;

test.each([
  [`https://start.1password.com/open/i?${query}`],
  [`https://start.1password.eu/open/i?${query}`],
  [`https://start.1password.ca/open/i?h=acme.1password.ca&i=${item}&v=${vault}&a=${account}`],
  [`  https://start.1password.com/open/i?${query}\n`],
  [`https://start.1password.com/open/i?${query.toLowerCase()}`],
])("%j gives account, vault and item", (link) => {
  expect(parseShareLink(link)).toEqual({ accountId: account, vault, item });
});

test.each([
  ["text", "fixture", "is no URL"],
  ["nothing", "", "is no URL"],
  ["a public link", "https://share.1password.com/s#fixture-share-secret", "is public"],
  ["a public link of Europe", "https://share.1password.eu/s#fixture-share-secret", "is public"],
  ["another host", `https://start.1password.com.example/open/i?${query}`, "does not begin"],
  ["a host in the user name", `https://start.1password.com@x.example/open/i?${query}`, "not begin"],
  ["another port", `https://start.1password.com:444/open/i?${query}`, "does not begin"],
  ["plain http", `http://start.1password.com/open/i?${query}`, "does not begin"],
  ["another page", `https://start.1password.com/signin?${query}`, "does not begin"],
  ["no account", link(query.replace("a=", "x=")), 'no parameter "a"'],
  ["no item", link(`a=${account}&v=${vault}`), 'no parameter "i"'],
  ["two vaults", link(`${query}&v=${vault}`), '"v" more than once'],
  ["a link cut short", link(`a=${account}&v=${vault}&i=${item.slice(0, 20)}`), 'parameter "i"'],
  ["an item that is a path", link(query.replace(item, "..%2F..%2Fx")), 'parameter "i"'],
])("%s is refused and recognised", (_, text, happened) => {
  expect(() => parseShareLink(text)).toThrow(
    expect.objectContaining({
      code: "SHARE_LINK_INVALID",
      happened: expect.stringContaining(happened),
      remedy: expect.stringContaining("Copy Private Link"),
    }),
  );
});

test("every private link gives back the ids it was made of, in any order and case", () => {
  const ids = fc.string({
    unit: fc.constantFrom(..."abcdefghijklmnopqrstuvwxyz234567"),
    minLength: 26,
    maxLength: 26,
  });
  const hosts = fc.constantFrom("start.1password.com", "start.1password.eu", "start.1password.ca");
  const parameters = fc.record({ a: ids, v: ids, i: ids });
  const orders = fc.shuffledSubarray(["a", "v", "i", "h"] as const, { minLength: 4 });
  fc.assert(
    fc.property(hosts, parameters, orders, fc.boolean(), (host, of, order, isUpper) => {
      const written = (id: string) => (isUpper ? id.toUpperCase() : id);
      const values = {
        a: written(of.a),
        v: written(of.v),
        i: written(of.i),
        h: "acme.1password.com",
      };
      const query = order.map((key) => `${key}=${values[key]}`).join("&");
      expect(parseShareLink(`https://${host}/open/i?${query}`)).toEqual({
        accountId: of.a.toUpperCase(),
        vault: of.v,
        item: of.i,
      });
    }),
  );
});

test("no error shows the link, whose fragment may be a key", () => {
  const hosts = fc.constantFrom("share.1password.com", "start.1password.com", "x.example");
  const paths = fc.constantFrom("/s", "/open/i", "/open/i/", "");
  fc.assert(
    fc.property(hosts, paths, fc.string(), (host, path, parameters) => {
      const secret = "fixture-share-secret";
      try {
        parseShareLink(`https://${host}${path}?${parameters}#${secret}`);
      } catch (error) {
        expect(error).toBeInstanceOf(ConnectError);
        expect(String(error)).not.toContain(secret);
      }
    }),
  );
});

function link(parameters: string): string {
  return `https://start.1password.com/open/i?${parameters}`;
}
