import { ConnectError, createConvention, soleHolderTags } from "@opconnect/core";
import { beforeEach, expect, test } from "vitest";
import { fixtureId } from "../../fixtures/data/ids.ts";
import { app, data } from "../../fixtures/data/server-request.ts";
import { absentOp } from "../../fixtures/fakes/absent-op.ts";
import { createMemoryOp, type MemoryOp } from "../../fixtures/fakes/memory-op.ts";
import { createMemoryStore, type MemoryStore } from "../../fixtures/fakes/memory-store.ts";
import { judgeOrphans } from "../orphans/judge.ts";
import { decodeStoreTags, encodeStoreTags } from "../store/contract/value-tags.ts";
import { deleteToken } from "./delete.ts";
import { ensureToken } from "./ensure.ts";
import { mintToken } from "./mint.ts";
import { tokenNeed } from "./need.ts";
import type { TokenRequest } from "./request.ts";
import { retireLeaving } from "./retire-leaving.ts";

const holder = "urn:pulumi:acme-prod::acme::opconnect:ConnectToken::operator";
const request: TokenRequest = {
  name: "acme-prod-operator",
  serverId: fixtureId("server", 1).toUpperCase(),
  vaults: [app],
  secretId: "opconnect/acme/prod/operator-token",
  revision: 1,
  adminCommand: "pulumi up --stack acme-prod",
  holder,
};
const inUse = new ConnectError("CREDENTIALS_IN_USE", "It is in use.", "");
/** As an admin without a kubeconfig has it: whatever is there may be in use. */
const byAdmin = { requireUnused: () => Promise.reject(inUse) };

let op: MemoryOp;
let store: MemoryStore;
let systems: { op: MemoryOp; store: MemoryStore };

beforeEach(() => {
  op = createMemoryOp();
  store = createMemoryStore();
  systems = { op, store };
});

const tags = () => store.secrets.get(request.secretId)?.tags ?? {};
const live = () => op.tokens.filter(({ state }) => state === "ACTIVE").map(({ id }) => id);

const withoutOp = () => ({ op: absentOp(op), store });

test("what an admin mints is the holder's, whose next creation takes it, be the store read-only", async () => {
  const { tokenId } = await mintToken({ ...request, ...byAdmin }, systems);
  const minted = { ...tags() };
  const ci = withoutOp();
  const adopted = await ensureToken(request, ci);
  expect(adopted).toMatchObject({ tokenId, adopted: true, claim: expect.any(String) });
  const { claim, fingerprint } = adopted;
  const deletion = { ...request, tokenId, claim, fingerprint };
  await deleteToken(deletion, systems);
  expect(live()).toEqual([]);

  const second = await mintToken({ ...request, ...byAdmin }, systems);
  expect(Object.keys(tags()).filter((key) => key.includes("holder"))).toEqual(
    Object.keys(minted).filter((key) => key.includes("holder")),
  );
  store.failures.set("tag", new ConnectError("STORE_ACCESS_DENIED", "May only read.", ""));
  const unclaimed = await ensureToken(request, withoutOp());
  expect(unclaimed).not.toHaveProperty("claim");
  store.failures.delete("tag");
  await deleteToken({ ...request, tokenId: second.tokenId }, systems);
  expect(live()).toEqual([]);
});

test("minting again, and minting beside a state that has claimed it, change nothing", async () => {
  await ensureToken(request, systems);
  const before = { ...tags() };
  expect(await tokenNeed(request, systems)).toMatchObject({ action: "none" });
  expect(await mintToken({ ...request, ...byAdmin }, systems)).toMatchObject({ adopted: true });
  expect(tags()).toEqual(before);
  expect(live()).toHaveLength(1);
});

test("another scope is minted beside what a cluster uses, rolled out without op, then revoked", async () => {
  const first = await ensureToken(request, systems);
  const wider = { ...request, vaults: [app, data] };
  expect(await tokenNeed(wider, systems)).toEqual({ action: "replace" });
  const second = await mintToken({ ...wider, ...byAdmin }, systems);
  expect(live()).toEqual([first.tokenId, second.tokenId]);
  expect(await tokenNeed(wider, systems)).toMatchObject({ action: "none" });
  await mintToken({ ...wider, ...byAdmin }, systems);
  expect(live()).toEqual([first.tokenId, second.tokenId]);

  const ci = withoutOp();
  const adopted = await ensureToken(wider, ci);
  expect(adopted).toMatchObject({ tokenId: second.tokenId, adopted: true });
  const { claim, fingerprint, tokenId } = first;
  const fate = await deleteToken({ ...request, tokenId, claim, fingerprint }, ci);
  expect(fate).toEqual({ outcome: "left" });
  expect(decodeStoreTags(tags())).toMatchObject({ leaving: [`${tokenId}@${request.serverId}`] });
  expect(decodeStoreTags(tags())).not.toHaveProperty("minting");

  expect(await tokenNeed(wider, systems)).toMatchObject({ action: "clear up" });
  expect(await retireLeaving(request.secretId, systems)).toEqual([tokenId]);
  expect(live()).toEqual([second.tokenId]);
  expect(await tokenNeed(wider, systems)).toMatchObject({ action: "none" });
});

test("without op nothing is left that is used, that nobody has replaced, or that cannot be noted", async () => {
  const first = await ensureToken(request, systems);
  const { tokenId, claim, fingerprint } = first;
  const deletion = { ...request, tokenId, claim, fingerprint };
  const ci = withoutOp();
  await expect(deleteToken(deletion, ci)).rejects.toMatchObject({ code: "OP_NOT_INSTALLED" });
  await mintToken({ ...request, vaults: [app, data], ...byAdmin }, systems);
  const used = deleteToken({ ...deletion, ...byAdmin }, ci);
  await expect(used).rejects.toMatchObject({ code: "CREDENTIALS_IN_USE" });
  store.failures.set("tag", new ConnectError("STORE_ACCESS_DENIED", "May only read.", ""));
  await expect(deleteToken(deletion, ci)).rejects.toMatchObject({ code: "OP_NOT_INSTALLED" });
  expect(decodeStoreTags(tags())).not.toHaveProperty("leaving");
});

test("what the store holds is not revoked, though a stale clone has noted it as replaced", async () => {
  const { tokenId } = await ensureToken(request, systems);
  const leaving = [`${tokenId}@${request.serverId}`];
  await store.tag(request.secretId, encodeStoreTags({ leaving }));
  expect(await retireLeaving(request.secretId, systems)).toEqual([]);
  expect(live()).toEqual([tokenId]);
  expect(decodeStoreTags(tags())).not.toHaveProperty("leaving");
});

test("what is left to be revoked outlives the next minting", async () => {
  const first = await ensureToken(request, systems);
  await mintToken({ ...request, vaults: [app, data], ...byAdmin }, systems);
  const { tokenId, claim, fingerprint } = first;
  await deleteToken({ ...request, tokenId, claim, fingerprint }, withoutOp());
  await ensureToken({ ...request, revision: 2 }, systems);
  expect(decodeStoreTags(tags()).leaving).toEqual([`${tokenId}@${request.serverId}`]);
});

test("what may still be in use until an update is no orphan that goes by itself", () => {
  const secret = {
    secretId: "one",
    name: "opconnect/acme/prod/credentials",
    versionIds: [],
    tags: {
      client: "acme",
      environment: "prod",
      "opconnect:server-id": fixtureId("server", 2),
      "opconnect:fingerprint": "new",
      "opconnect:superseded": "old",
      ...soleHolderTags("value", {}, { holder, claim: "none" }),
    },
  };
  const server = { id: fixtureId("server", 1), name: "acme-prod", state: "ACTIVE" };
  const current = { ...server, id: fixtureId("server", 2) };
  const search = { convention: createConvention(), now: new Date() };
  const { orphans } = judgeOrphans(
    { servers: [server, current], tokens: [], secrets: [secret] },
    search,
  );
  expect(orphans).toMatchObject([{ isOurs: true, recent: expect.stringMatching(/rolled out/) }]);
});
