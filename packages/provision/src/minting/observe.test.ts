import { ConnectError } from "@opconnect/core";
import { beforeEach, expect, test } from "vitest";
import { fixtureId } from "../../fixtures/data/ids.ts";
import { createMemoryOp, type MemoryOp } from "../../fixtures/fakes/memory-op.ts";
import { createMemoryStore, type MemoryStore } from "../../fixtures/fakes/memory-store.ts";
import { keepLists } from "../op/op-cli.ts";
import { ensureServer } from "../server/ensure.ts";
import { observeServer, type WantedServer } from "../server/observe.ts";
import { ensureToken } from "../token/ensure.ts";
import { observeToken, type WantedToken } from "../token/observe.ts";

const app = { key: "app", id: fixtureId("vault", 101), access: "read" } as const;
const data = { key: "data", id: fixtureId("vault", 102), access: "read-write" } as const;
const vaults = [app, data];
const request = { vaults, revision: 1, adminCommand: "pulumi up --stack acme-prod" };

let op: MemoryOp;
let store: MemoryStore;
let systems: { op: MemoryOp; store: MemoryStore };
let server: WantedServer;
let token: WantedToken & { name: string };

beforeEach(async () => {
  op = createMemoryOp();
  store = createMemoryStore();
  systems = { op, store };
  server = { name: "acme-prod", vaults, secretId: "credentials", serverId: "" };
  const { serverId } = await ensureServer({ ...request, ...server }, systems);
  server = { ...server, serverId };
  token = { name: "acme-prod-ci", vaults, secretId: "ci-token", serverId, tokenId: "" };
  const { tokenId } = await ensureToken({ ...request, ...token }, systems);
  token = { ...token, tokenId };
  op.calls.length = 0;
  store.calls.length = 0;
});

/** Looks anew, as the next run does. */
async function observe() {
  const next = { op: keepLists(op), store };
  return {
    server: await observeServer(server, next),
    token: await observeToken(token, next),
  };
}

test("what is as it was recorded shows no drift, in two calls of op and without a value", async () => {
  const observed = await observe();
  const same = { presence: "live", stored: "held", drift: [], unknown: [], vaults };
  expect(observed.server).toMatchObject({ ...same, name: "acme-prod" });
  expect(observed.token).toMatchObject(same);
  expect(op.calls).toEqual(["listServers", "listTokens"]);
  expect(new Set(store.calls)).toEqual(new Set(["describe"]));
});

test("a server and its twenty tokens are looked at with one list of its tokens", async () => {
  const tokens = [token];
  for (let index = 1; index < 20; index += 1) {
    const wanted = { ...token, name: `acme-prod-ci-${index}`, secretId: `ci-token-${index}` };
    const { tokenId } = await ensureToken({ ...request, ...wanted }, systems);
    tokens.push({ ...wanted, tokenId });
  }
  op.calls.length = 0;
  const next = { op: keepLists(op), store };
  await observeServer(server, next);
  const observed = await Promise.all(tokens.map((each) => observeToken(each, next)));
  expect(new Set(observed.map(({ presence }) => presence))).toEqual(new Set(["live"]));
  expect(op.calls).toEqual(["listServers", "listTokens"]);
});

test("a server deleted by hand is gone, and so are its tokens", async () => {
  await op.deleteServer(server.serverId);
  const observed = await observe();
  expect(observed.server).toMatchObject({ presence: "gone", drift: [matching(/was deleted/)] });
  expect(observed.token).toMatchObject({ presence: "gone", drift: [matching(/was revoked/)] });
});

test("a server renamed by hand shows its name", async () => {
  await op.editServer({ id: server.serverId, name: "something else" });
  const { server: observed } = await observe();
  expect(observed).toMatchObject({ presence: "live", name: "something else" });
  expect(observed.drift).toEqual([matching(/is named "something else", not "acme-prod"/)]);
});

test("a vault revoked by hand is missing, as far as tokens show it", async () => {
  await op.revokeVault({ serverId: server.serverId, vaultId: data.id });
  const observed = await observe();
  expect(observed.server).toMatchObject({ vaults: [app] });
  expect(observed.server.drift).toEqual([matching(/No token .* shows the vault "data"/)]);
  expect(observed.token).toMatchObject({ vaults: [app], drift: [matching(/"data" .* no more/)] });
  const partly = await observeServer({ ...server, witnessed: ["app"] }, systems);
  expect(partly).toMatchObject({ vaults, drift: [] });
});

test("a vault that only somebody's token shows is told, and without tokens nothing is", async () => {
  const other = fixtureId("vault", 103);
  op.servers[0]?.vaultIds.push(other);
  const asked = { name: "by hand", serverId: server.serverId };
  await op.createToken({ ...asked, vaults: [{ id: other, access: "read" }] });
  expect((await observe()).server.drift).toEqual([matching(/shows the vault \w+ too/)]);
  for (const row of op.tokens) row.state = "REVOKED";
  expect((await observe()).server).toMatchObject({ vaults, drift: [] });
});

test("without op nothing is known, and nothing is gone", async () => {
  const refusal = new ConnectError("OP_NOT_SIGNED_IN", "Nobody is signed in.", "");
  op.failures.set("listServers", refusal);
  op.failures.set("listTokens", refusal);
  const observed = await observe();
  const unknown = { presence: "unknown", drift: [], unknown: ["Nobody is signed in."], vaults };
  expect(observed.server).toMatchObject({ ...unknown, stored: "held" });
  expect(observed.token).toMatchObject(unknown);
});

test("a row that is missing proves nothing", async () => {
  op.servers.length = 0;
  op.tokens.length = 0;
  const observed = await observe();
  expect(observed.server).toMatchObject({ presence: "unknown", drift: [] });
  expect(observed.token).toMatchObject({ presence: "unknown", drift: [] });
});

test.each([
  ["changed", "displaced", /was changed by something else/],
  ["lost", "empty", /holds no value/],
  ["gone", "gone", /is gone/],
  ["another's", "another", /holds another value/],
] as const)("a value that is %s in the store is drift", async (what, stored, text) => {
  const secret = store.secrets.get(token.secretId);
  if (what === "changed" && secret) secret.value = "something else";
  if (what === "lost" && secret) delete secret.value;
  if (what === "gone") store.deleted.add(token.secretId);
  if (what === "another's") {
    await store.tag(token.secretId, { "opconnect:token-id": fixtureId("token", 9) });
  }
  const { token: observed } = await observe();
  expect(observed).toMatchObject({ presence: "live", stored, drift: [matching(text)] });
});

test("one that was minted before the recorded one is behind, and not another", async () => {
  await store.tag(token.secretId, { "opconnect:token-id": fixtureId("token", 9) });
  const { mintedAt = new Date() } = (await observe()).token.tags;
  const seen = async (later: number) => {
    const recorded = new Date(mintedAt.getTime() + later).toISOString();
    return (await observeToken({ ...token, mintedAt: recorded }, systems)).stored;
  };
  expect(await seen(1)).toBe("behind");
  expect(await seen(0)).toBe("another");
});

test("a value of a minting that was cut short is called that", async () => {
  const secret = store.secrets.get(token.secretId);
  if (secret) secret.value = "minted, and not described yet";
  await store.tag(token.secretId, { "opconnect:minting": "none" });
  const { token: observed } = await observe();
  expect(observed).toMatchObject({
    stored: "displaced",
    drift: [matching(/A minting into .* did not come to its end/)],
  });
});

test("a store that cannot tell is said, and is no drift", async () => {
  store.failures.set("describe", new ConnectError("STORE_ACCESS_DENIED", "Refused.", ""));
  const observed = await observeServer(server, systems);
  expect(observed).toMatchObject({ stored: "unknown", drift: [], unknown: ["Refused."] });
});

function matching(pattern: RegExp): unknown {
  return expect.stringMatching(pattern);
}
