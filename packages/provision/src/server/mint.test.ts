import { ConnectError } from "@opconnect/core";
import { beforeEach, expect, test } from "vitest";
import { app, data, serverRequest as request } from "../../fixtures/data/server-request.ts";
import { absentOp } from "../../fixtures/fakes/absent-op.ts";
import { createMemoryOp, type MemoryOp } from "../../fixtures/fakes/memory-op.ts";
import { createMemoryStore, type MemoryStore } from "../../fixtures/fakes/memory-store.ts";
import { ensureServer } from "./ensure.ts";
import { mintServer } from "./mint.ts";
import { serverNeed } from "./need.ts";
import { renameServer } from "./rename.ts";
import { updateServerGrants } from "./update-grants.ts";

let op: MemoryOp;
let store: MemoryStore;
let systems: { op: MemoryOp; store: MemoryStore };

beforeEach(() => {
  op = createMemoryOp();
  store = createMemoryStore();
  systems = { op, store };
});

const withoutOp = () => ({ op: absentOp(op), store });
const live = () => op.servers.filter(({ state }) => state === "ACTIVE");

test("a vault is granted to the server that is there, which an update without op then believes", async () => {
  const { serverId } = await ensureServer(request, systems);
  const wider = { ...request, vaults: [app, data] };
  expect(await serverNeed(wider, systems)).toEqual({
    action: "grant",
    id: serverId,
    granted: [data],
  });
  await mintServer(wider, systems);
  expect(live()).toMatchObject([{ id: serverId, vaultIds: [app.id, data.id] }]);
  await updateServerGrants({ ...wider, serverId, previous: [app] }, withoutOp());
  const narrower = { ...request, serverId, previous: [app, data] };
  const another = updateServerGrants(narrower, withoutOp());
  await expect(another).rejects.toMatchObject({ code: "OP_NOT_INSTALLED" });
});

test("another name is given to the server that is there, which an update without op then believes", async () => {
  const { serverId } = await ensureServer(request, systems);
  const renamed = { ...request, name: "acme-production" };
  expect(await serverNeed(renamed, systems)).toEqual({ action: "rename", id: serverId });
  await mintServer(renamed, systems);
  expect(live()).toMatchObject([{ id: serverId, name: "acme-production" }]);
  await renameServer({ ...renamed, serverId }, withoutOp());
  const another = renameServer({ ...request, name: "another", serverId }, withoutOp());
  await expect(another).rejects.toMatchObject({ code: "OP_NOT_INSTALLED" });
});

test("a vault is never taken from a server that a cluster may use", async () => {
  await ensureServer({ ...request, vaults: [app, data] }, systems);
  const narrower = mintServer(request, systems);
  await expect(narrower).rejects.toMatchObject({ code: "MINTING_UNDECIDED" });
  expect(live()).toMatchObject([{ vaultIds: [app.id, data.id] }]);
});

test("a raised revision mints another server, and keeps the one that a cluster uses", async () => {
  const inUse = new ConnectError("CREDENTIALS_IN_USE", "It is in use.", "");
  const holder = "urn:pulumi:acme-prod::acme::opconnect:ConnectServer::server";
  const byAdmin = { holder, requireUnused: () => Promise.reject(inUse) };
  const first = await ensureServer({ ...request, holder }, systems);
  const raised = { ...request, ...byAdmin, revision: 2 };
  expect(await serverNeed(raised, systems)).toEqual({ action: "replace" });
  const second = await mintServer(raised, systems);
  await mintServer(raised, systems);
  expect(live().map(({ id }) => id)).toEqual([first.serverId, second.serverId]);
});
