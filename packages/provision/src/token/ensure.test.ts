import { ConnectError, fingerprint } from "@opconnect/core";
import { beforeEach, expect, test } from "vitest";
import { fixtureToken } from "../../fixtures/data/connect-token.ts";
import { fixtureId } from "../../fixtures/data/ids.ts";
import { createMemoryOp, type MemoryOp } from "../../fixtures/fakes/memory-op.ts";
import { createMemoryStore, type MemoryStore } from "../../fixtures/fakes/memory-store.ts";
import { decodeStoreTags } from "../store/contract/value-tags.ts";
import { deleteToken } from "./delete.ts";
import { ensureToken } from "./ensure.ts";
import type { TokenRequest } from "./request.ts";

const app = { key: "app", id: fixtureId("vault", 101), access: "read" } as const;
const data = { key: "data", id: fixtureId("vault", 102), access: "read-write" } as const;
const request: TokenRequest = {
  name: "acme-prod-operator",
  serverId: fixtureId("server", 1).toUpperCase(),
  vaults: [app, data],
  secretId: "opconnect/acme/prod/operator-token",
  revision: 1,
  adminCommand: "pulumi up --stack acme-prod",
};
const patience = { retryDelayMs: 1 };

let op: MemoryOp;
let store: MemoryStore;
let systems: { op: MemoryOp; store: MemoryStore };

beforeEach(() => {
  op = createMemoryOp();
  op.vaults.push({ id: app.id, name: "app", description: "" });
  store = createMemoryStore();
  systems = { op, store };
});

const ensure = (change: Partial<TokenRequest> = {}) =>
  ensureToken({ ...request, ...change }, systems, patience);
const storedTags = () => decodeStoreTags(store.secrets.get(request.secretId)?.tags ?? {});
const storedValue = () => store.secrets.get(request.secretId)?.value ?? "";
const liveTokens = () => op.tokens.filter(({ state }) => state === "ACTIVE").map(({ id }) => id);
const put = (value: string, tags: Record<string, string> = {}) =>
  store.write({ secretId: request.secretId, value, tags });
const handMade = (change: { serverId?: string; vaults?: typeof request.vaults } = {}) =>
  fixtureToken({
    id: fixtureId("hand", 1),
    serverId: request.serverId,
    vaults: request.vaults,
    ...change,
  });

test("a new token is stored, described by its tags", async () => {
  const record = await ensure({ expiresIn: "90d" });
  expect(liveTokens()).toEqual([record.tokenId]);
  expect(record).toMatchObject({ adopted: false, fingerprint: fingerprint(storedValue()) });
  expect(storedTags()).toEqual({
    fingerprint: record.fingerprint,
    revision: 1,
    name: "acme-prod-operator",
    serverId: request.serverId,
    tokenId: record.tokenId,
    expiresAt: record.expiresAt,
    mintedAt: expect.any(Date),
    vaults: [app, data],
  });
});

test("a stored token that fits is adopted, with a look whether it is alive", async () => {
  const { tokenId, fingerprint } = await ensure();
  expect(await ensure()).toMatchObject({ tokenId, fingerprint, adopted: true });
  expect(op.calls).toEqual(["listTokens", "createToken", "listTokens"]);
  op.failures.set("listTokens", new ConnectError("OP_NOT_INSTALLED", "No op.", ""));
  expect(await ensure()).toMatchObject({ tokenId, adopted: true });
});

test("a token that was revoked by hand is not adopted", async () => {
  const { tokenId } = await ensure();
  await op.deleteToken({ id: tokenId, serverId: request.serverId });
  expect(liveTokens()).toEqual([]);
  expect([(await ensure()).tokenId]).toEqual(liveTokens());
});

test("a rotation takes no more than four calls of op", async () => {
  const first = await ensure();
  op.calls.length = 0;
  const rotated = await ensure({ rotation: { of: first.tokenId } });
  await deleteToken({ ...request, tokenId: first.tokenId }, systems);
  expect(op.calls).toEqual(["createToken", "deleteToken"]);
  expect(liveTokens()).toEqual([rotated.tokenId]);
  expect(await ensure({ rotation: { of: first.tokenId } })).toMatchObject({
    tokenId: rotated.tokenId,
  });
});

test("a value that was changed in the store is put back", async () => {
  const { tokenId, fingerprint: before } = await ensure();
  await store.describe(request.secretId);
  const secret = store.secrets.get(request.secretId);
  if (secret !== undefined) secret.value = "something else";
  expect(await ensure()).toMatchObject({ tokenId, adopted: true });
  expect(fingerprint(storedValue())).toBe(before);
});

test.each<[string, Partial<TokenRequest>]>([
  ["a higher revision", { revision: 2 }],
  ["another name", { name: "acme-prod-ci" }],
  ["another server", { serverId: fixtureId("server", 2).toUpperCase() }],
  ["fewer vaults", { vaults: [app] }],
  ["another access", { vaults: [app, { ...data, access: "read" }] }],
  ["a life time", { expiresIn: "30d" }],
  ["a rotation of the first", { rotation: { of: fixtureId("token", 1) } }],
])(
  "with %s a second token is minted beside the first, and the first is deleted later",
  async (_, change) => {
    const first = await ensure();
    const second = await ensure(change);
    expect(second.adopted).toBe(false);
    await deleteToken({ ...request, tokenId: first.tokenId }, systems);
    expect(liveTokens()).toEqual([second.tokenId]);
    expect(await ensure(change)).toMatchObject({ tokenId: second.tokenId, adopted: true });
  },
);

test("another life time is another token", async () => {
  const first = await ensure({ expiresIn: "90d" });
  expect(await ensure({ expiresIn: "90d" })).toMatchObject({ tokenId: first.tokenId });
  expect(await ensure({ expiresIn: "30d" })).toMatchObject({ adopted: false });
  expect(await ensure()).toMatchObject({ adopted: false });
});

test.each<[string, Partial<TokenRequest>, string]>([
  ["a life time that op does not know", { expiresIn: "5q" }, "TOKEN_EXPIRY_INVALID"],
  ["an expiry in the past", { expiresIn: "-1d" }, "TOKEN_EXPIRY_INVALID"],
  ["a vault that its server does not have", { serverVaults: [app] }, "TOKEN_SCOPE_INVALID"],
  ["a vault whose id is none", { vaults: [{ ...app, id: "app" }] }, "VAULT_ID_INVALID"],
  ["a server whose id is none", { serverId: "acme-prod" }, "ARGUMENT_INVALID"],
])("%s is refused before anything happens", async (_, change, code) => {
  await expect(ensure(change)).rejects.toMatchObject({ code });
  expect([...op.calls, ...store.calls]).toEqual([]);
});

test("an expired token is replaced", async () => {
  const day = 86_400_000;
  const token = fixtureToken({
    id: fixtureId("old", 1),
    serverId: request.serverId,
    vaults: request.vaults,
    issuedAt: new Date(Date.now() - 91 * day),
    expiresAt: new Date(Date.now() - day),
  });
  const tags = { "opconnect:fingerprint": fingerprint(token), "opconnect:name": request.name };
  await put(token, { ...tags, "opconnect:revision": "1" });
  expect(await ensure({ expiresIn: "90d" })).toMatchObject({ adopted: false });
});

test("a token that lacks a vault is deleted and asked for again", async () => {
  let left = 2;
  op.distortToken = (asked) => (left-- > 0 ? { ...asked, vaults: [app] } : asked);
  const { tokenId } = await ensure();
  expect(op.tokens).toHaveLength(3);
  expect(liveTokens()).toEqual([tokenId]);
  expect(storedValue()).toBe(op.secrets.at(-1));
});

test("tokens that never fit end in an error, and none of them stays", async () => {
  op.distortToken = (asked) => ({ ...asked, vaults: [app] });
  const ensuring = ensure();
  await expect(ensuring).rejects.toMatchObject({ code: "TOKEN_MISMATCH" });
  await expect(ensuring).rejects.toThrow(`does not cover vault ${data.id}`);
  expect(op.tokens).toHaveLength(5);
  expect(liveTokens()).toEqual([]);
  expect(store.secrets.get(request.secretId)).toEqual({ tags: { "opconnect:schema": "1" } });
});

test("permissions with a number that nobody knows are told by their names", async () => {
  op.readAcl = 49_152;
  const { tokenId } = await ensure({ vaults: [app] });
  expect(op.calls).toEqual(["listTokens", "createToken", "listTokens"]);
  expect(await ensure({ vaults: [app] })).toMatchObject({ tokenId, adopted: true });
});

test("text that is no token is an error that does not show it", async () => {
  op.createToken = async () => "FixtureSecret0123456789";
  const ensuring = ensure();
  await expect(ensuring).rejects.toMatchObject({ code: "OP_OUTPUT_UNEXPECTED" });
  await expect(ensuring).rejects.not.toThrow("FixtureSecret0123456789");
});

test("a token that was created with an answer in another language is deleted again", async () => {
  const { createToken } = op;
  op.createToken = async (asked) => {
    await createToken(asked);
    return "Das Token wurde erstellt.";
  };
  await expect(ensure()).rejects.toMatchObject({ code: "OP_OUTPUT_UNEXPECTED" });
  expect(op.tokens).toHaveLength(1);
  expect(liveTokens()).toEqual([]);
  expect(storedTags()).toEqual({ vaults: [] });
});

test("a token that cannot be stored is deleted again", async () => {
  const denied = new ConnectError("STORE_ACCESS_DENIED", "Refused.", "Allow it.");
  store.failures.set("write", denied);
  await expect(ensure()).rejects.toBe(denied);
  expect(op.tokens).toHaveLength(1);
  expect(liveTokens()).toEqual([]);
});

test("a fitting token that somebody else stored is adopted and tagged", async () => {
  const token = handMade();
  await put(token);
  expect(await ensure()).toMatchObject({ tokenId: fixtureId("hand", 1), adopted: true });
  expect(storedTags()).toMatchObject({ fingerprint: fingerprint(token), revision: 1 });
  expect(op.tokens).toEqual([]);
});

test.each([
  [
    "of another server",
    handMade({ serverId: fixtureId("server", 9).toUpperCase() }),
    "TOKEN_MISMATCH",
    "belongs to Connect server",
  ],
  ["with another scope", handMade({ vaults: [app] }), "TOKEN_MISMATCH", "does not cover vault"],
  ["cut short", handMade().slice(0, -20), "TOKEN_MALFORMED", "cut short"],
])(
  "a token %s that somebody else stored is refused, and nothing is changed",
  async (_, token, code, text) => {
    await put(token);
    await expect(ensure()).rejects.toMatchObject({ code });
    await expect(ensure()).rejects.toThrow(text);
    await expect(ensure()).rejects.toThrow(/opconnect\/acme\/prod\/operator-token.*`revision: 2`/);
    expect(storedValue()).toBe(token);
    expect(op.calls).toEqual([]);
    expect(await ensure({ revision: 2 })).toMatchObject({ adopted: false });
  },
);

test("a token stored but not tagged when minting was cut short is adopted", async () => {
  const token = handMade();
  await put(token, { "opconnect:minting": "none" });
  expect(await ensure()).toMatchObject({ tokenId: fixtureId("hand", 1), adopted: true });
  expect(storedTags().fingerprint).toBe(fingerprint(token));
});

test("a revoked token is never adopted", async () => {
  const { tokenId } = await ensure();
  await deleteToken({ ...request, tokenId }, systems);
  expect(await ensure()).toMatchObject({ adopted: false });
  expect(liveTokens()).toHaveLength(1);
});

test("deleting a token that is gone is no error", async () => {
  const { tokenId } = await ensure();
  await deleteToken({ ...request, tokenId }, systems);
  await deleteToken({ ...request, tokenId }, systems);
  op.failures.set("deleteToken", new ConnectError("OP_FAILED", "Already revoked.", ""));
  await deleteToken({ ...request, tokenId }, systems);
  expect(op.calls.at(-1)).toBe("listTokens");
});

test("no error and no tag holds a token or its secret", async () => {
  await ensure();
  const seen = JSON.stringify([...store.secrets.values()].map((secret) => secret.tags));
  for (const secret of op.secrets) expect(seen).not.toContain(secret);
});

test("a token that another resource has adopted outlives the resource that it was minted for", async () => {
  const { tokenId } = await ensure();
  const { claim, ...adopted } = await ensure();
  expect(adopted).toMatchObject({ tokenId, adopted: true });
  await deleteToken({ ...request, tokenId }, systems);
  expect(liveTokens()).toEqual([tokenId]);
  // One that is the caller's already is not claimed anew.
  expect(await ensure({ tokenId })).not.toHaveProperty("claim");
  await deleteToken({ ...request, tokenId, claim }, systems);
  expect(liveTokens()).toEqual([]);
});

test("a token that takes the place of an adopted one is claimed by nobody", async () => {
  const { tokenId } = await ensure();
  const holders = () =>
    Object.entries(store.secrets.get(request.secretId)?.tags ?? {}).filter(([key]) =>
      key.startsWith("opconnect:holder-"),
    );
  const { claim } = await ensure();
  expect(holders()).toEqual([["opconnect:holder-unnamed", claim]]);
  const next = await ensure({ rotation: { of: tokenId } });
  expect(holders()).toEqual([]);
  await deleteToken({ ...request, tokenId }, systems);
  expect(liveTokens()).toEqual([next.tokenId]);
});
