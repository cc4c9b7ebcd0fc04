import { expect, test } from "vitest";
import { judgeItem, type SeenItem } from "./item.ts";
import type { SourceItem } from "./source/item-source.ts";

const vault = { id: "vaultaaaaaaaaaaaaaaaaaaaaa", name: "acme-prod-app" };
const now = new Date("2026-05-05T12:00:00Z");
const anHourAgo = new Date("2026-05-05T11:00:00Z");

const postgres: SourceItem = {
  id: "itemaaaaaaaaaaaaaaaaaaaaaa",
  title: "postgres",
  version: 3,
  isArchived: false,
  createdAt: new Date("2026-01-01T00:00:00Z"),
  updatedAt: anHourAgo,
  vault,
};
const namesake: SourceItem = {
  ...postgres,
  id: "itembbbbbbbbbbbbbbbbbbbbbb",
  createdAt: new Date("2026-02-01T00:00:00Z"),
};
const elsewhere = { ...namesake, vault: { id: "vaultbbbbbbbbbbbbbbbbbbbbb", name: "archive" } };

const item = {
  name: "postgres",
  itemPath: `vaults/${vault.id}/items/postgres`,
  type: "Opaque",
  isLeaving: false,
  isReady: true,
  problem: "",
};
const seen: SeenItem = {
  namespace: "app",
  name: "postgres",
  keys: [],
  item,
  secret: written(postgres),
  operator: {
    namespace: "op",
    name: "operator",
    watches: ["op", "app"],
    pollingSeconds: 60,
    isServiceAccount: false,
  },
  content: { kind: "listed", vault, items: [postgres] },
  everything: [],
  now,
};

function written({ id, version }: SourceItem) {
  const annotations = {
    "operator.1password.io/item-path": `vaults/${vault.id}/items/${id}`,
    "operator.1password.io/item-version": `${version}`,
  };
  const notes = { "f:annotations": { "f:operator.1password.io/item-version": {} } };
  const fieldsV1 = { "f:data": { "f:username": {} }, "f:metadata": notes };
  return { annotations, managedFields: [{ manager: "manager", time: anHourAgo, fieldsV1 }] };
}

const fieldsV1 = { "f:data": { "f:password": {} } };
const altered = {
  ...written(postgres),
  managedFields: [
    ...written(postgres).managedFields,
    { manager: "kubectl-edit", time: now, fieldsV1 },
  ],
};

const holds = (...items: SourceItem[]) => ({ content: { kind: "listed", vault, items } }) as const;

test.each<[string, Partial<SeenItem>, string, RegExp]>([
  ["up to date", {}, "ok", /version 3/],
  [
    "older than the item",
    holds({ ...postgres, version: 4 }),
    "failed",
    /has version 3 .* has version 4, edited 2026-05-05T11:00/,
  ],
  [
    "older than the item for a moment only",
    holds({ ...postgres, version: 4, updatedAt: now }),
    "warning",
    /version 4/,
  ],
  [
    "of an item that was renamed",
    holds({ ...postgres, title: "postgres 17", version: 4 }),
    "failed",
    /renamed to "postgres 17".*no edit reaches it/,
  ],
  [
    "of an item that is archived",
    holds({ ...postgres, isArchived: true }),
    "failed",
    /is archived/,
  ],
  ["of an item that was deleted", holds(), "failed", /was deleted, or moved/],
  [
    "of an item that was moved",
    { ...holds(), everything: [elsewhere] },
    "failed",
    /the vault "archive".*has one of that title/,
  ],
  [
    "of the older of two items of one title",
    holds(namesake, postgres),
    "failed",
    /2 items .*the operator takes the oldest, itemaaaa/,
  ],
  [
    "of the younger of two items of one title",
    { ...holds(namesake, postgres), secret: written(namesake) },
    "failed",
    /made of the item itembbbb.*leads to itemaaaa/,
  ],
  ["of a vault whose grant is gone", { content: { kind: "out of reach" } }, "failed", /grant/],
  [
    "of a vault that cannot be looked into",
    { content: { kind: "unknown", because: "There is no `op`." } },
    "skipped",
    /not looked at: There is no `op`\./,
  ],
  ["gone, though the operator was content", { secret: undefined }, "failed", /Secret is gone/],
  [
    "still to come",
    { secret: undefined, item: { ...item, isReady: false } },
    "warning",
    /no Secret yet/,
  ],
  ["without a key", { keys: ["username", "ca"] }, "failed", /lacks ca; it has username\./],
  ["changed by hand", { secret: altered }, "failed", /password was changed by kubectl-edit after/],
  [
    "changed by hand, of a vault that cannot be looked into",
    { secret: altered, content: { kind: "unknown", because: "There is no `op`." } },
    "failed",
    /was changed by kubectl-edit/,
  ],
  [
    "not the operator's, of a vault that cannot be looked into",
    {
      secret: { ...written(postgres), annotations: {} },
      content: { kind: "unknown", because: "There is no `op`." },
    },
    "failed",
    /was not written by the operator/,
  ],
  ["of no OnePasswordItem", { item: undefined }, "failed", /no such OnePasswordItem/],
  [
    "of an item that nobody releases",
    { item: { ...item, isLeaving: true } },
    "failed",
    /being deleted/,
  ],
])("a Secret that is %s is found out", (_, change, status, happened) => {
  const finding = judgeItem({ ...seen, ...change });
  expect(finding.happened).toMatch(happened);
  expect(finding.status).toBe(status);
});

test.each<[string, Partial<SeenItem>, string, RegExp]>([
  ["there", {}, "ok", /version 3 of the item\. Whether 1Password has a newer one is not seen/],
  ["without a key", { keys: ["ca"] }, "failed", /lacks ca/],
  ["changed by hand", { secret: altered }, "failed", /was changed by kubectl-edit/],
  [
    "of another item than the one whose id is named",
    { item: { ...item, itemPath: `vaults/${vault.id}/items/${namesake.id}` } },
    "failed",
    /made of the item itemaaaa.*leads to itembbbb/,
  ],
  ["refused by 1Password", { item: { ...item, problem: "no access" } }, "failed", /no access/],
])(
  "where only a service account asks 1Password, a Secret that is %s is told",
  (_, change, ...told) => {
    const operator = {
      ...seen.operator,
      ...{ namespace: "op", name: "operator", watches: ["app"] },
    };
    const alone = { ...operator, pollingSeconds: 60, isServiceAccount: true };
    const content = { kind: "unknown", because: "There is no Connect." } as const;
    const finding = judgeItem({ ...seen, operator: alone, content, ...change });
    const [status, happened] = told;
    expect(finding.happened).toMatch(happened);
    expect(finding.status).toBe(status);
  },
);

test("an item whose namespace the operator does not watch names those that it does", () => {
  const operator = {
    namespace: "op",
    name: "operator",
    watches: ["op", "web"],
    pollingSeconds: 60,
    isServiceAccount: false,
  };
  expect(judgeItem({ ...seen, operator })).toMatchObject({
    status: "failed",
    happened: "The operator does not watch the namespace app, but op, web.",
  });
  const everywhere = { ...operator, watches: undefined };
  expect(judgeItem({ ...seen, operator: everywhere }).status).toBe("ok");
});

test("an item that is named by its id survives a new title, and has no namesakes", () => {
  const byId = { ...item, itemPath: `vaults/${vault.id}/items/${postgres.id}` };
  const renamed = { ...postgres, title: "postgres 17" };
  expect(judgeItem({ ...seen, ...holds(renamed), item: byId }).status).toBe("ok");
  expect(judgeItem({ ...seen, ...holds(namesake, postgres), item: byId }).status).toBe("ok");
});
