import { unknownValue } from "@pulumi/pulumi/runtime/rpc.js";
import { expect, test } from "vitest";
import { type Asked, isAllowed, ruleSchema } from "./allowed.ts";

const vault = "abcdefghijklmnopqrstuvwxyz";
const rule = {
  ...{ namespaces: ["app"], vaults: [vault], items: ["postgres", "app-*"] },
  ...{ secretNames: ["db-*"], secretTypes: ["Opaque"] },
};
const anyItem = { ...rule, namespaces: ["web"], items: ["*"], secretNames: ["*"] };
const rules = [rule, anyItem].map((each) => ruleSchema.parse(each));

const path = (item: string) => `vaults/${vault}/items/${item}`;
const id = "appcdefghijklmnopqrstuvwxy";
const good: Asked = {
  ...{ namespace: "app", itemPath: path("postgres"), secretName: "db-one", type: "Opaque" },
};

test.each<[string, Partial<Asked>]>([
  ["an item that is named", {}],
  ["one that starts so", { itemPath: path("app-one") }],
  ["any item where all are", { namespace: "web", itemPath: path(id), secretName: "x.y" }],
])("%s is allowed", (_, change) => {
  expect(isAllowed(rules, { ...good, ...change })).toBe(true);
});

// The same as test/e2e/item-access.test.ts tries on an API server.
test.each<[string, Partial<Asked>]>([
  ["another item", { itemPath: path("mysql") }],
  ["an item in capitals", { itemPath: path("Postgres") }],
  ["another vault", { itemPath: "vaults/data/items/postgres" }],
  ["a longer path", { itemPath: path("postgres/x") }],
  ["a path without an item", { itemPath: path("") }],
  ["a path without a vault", { namespace: "web", itemPath: "vaults//items/x" }],
  ["a path of another shape", { namespace: "web", itemPath: `Vaults/${vault}/items/x` }],
  ["no path", { itemPath: undefined }],
  ["an id that starts well", { itemPath: path(id.replace("app", "app-")), secretName: "x" }],
  ["a title that ends the filter", { itemPath: path('app-" or title eq "mysql') }],
  ["another name", { secretName: "other" }],
  ["no name", { namespace: "web", secretName: undefined }],
  ["a name that becomes another", { namespace: "web", secretName: "DB one" }],
  ["another type", { type: "kubernetes.io/tls" }],
  ["a namespace without a rule", { namespace: "bare" }],
])("%s is denied", (_, change) => {
  expect(isAllowed(rules, { ...good, ...change })).toBe(false);
});

test("an id is none of the titles that start so", () => {
  const titles = [ruleSchema.parse({ ...rule, items: ["app*"] })];
  expect(isAllowed(titles, { ...good, itemPath: path("appx") })).toBe(true);
  expect(isAllowed(titles, { ...good, itemPath: path(id) })).toBe(false);
});

test("a vault that is yet to be made may be any, the rest of its rule counts", () => {
  const unmade = [ruleSchema.parse({ ...rule, vaults: [unknownValue] })];
  expect(isAllowed(unmade, { ...good, itemPath: "vaults/x/items/postgres" })).toBe(true);
  expect(isAllowed(unmade, { ...good, itemPath: "vaults/x/items/mysql" })).toBe(false);
});
