import { ConnectError } from "@opconnect/core";
import { beforeEach, describe, expect, test } from "vitest";
import { fixtureId } from "../../fixtures/data/ids.ts";
import { createMemoryOp, type MemoryOp } from "../../fixtures/fakes/memory-op.ts";
import { createMemoryStore, type MemoryStore } from "../../fixtures/fakes/memory-store.ts";
import { endLeases, mortalSystems } from "../../fixtures/fakes/mortal-systems.ts";
import { server, token } from "../../fixtures/suites/minting-stories.ts";
import { retireAnnounced } from "../orphans/retire-announced.ts";
import { ensureServer } from "../server/ensure.ts";
import { decodeStoreTags } from "../store/contract/value-tags.ts";
import { ensureToken } from "../token/ensure.ts";
import type { MintingSystems } from "./request.ts";

let op: MemoryOp;
let store: MemoryStore;
let world: { op: MemoryOp; store: MemoryStore };

beforeEach(() => {
  op = createMemoryOp();
  store = createMemoryStore();
  world = { op, store };
});

const isLive = ({ state }: { readonly state: string }) => state === "ACTIVE";
const liveServers = () => op.servers.filter(isLive).map(({ id }) => id);
const liveTokens = () => op.tokens.filter(isLive).map(({ id }) => id);
const announced = (secretId: string) => decodeStoreTags(store.secrets.get(secretId)?.tags ?? {});

/** Ends a minting where 1Password has created something, and nothing tells of it. */
async function cutShort(
  run: (systems: MintingSystems) => Promise<unknown>,
  create: "createServer" | "createToken",
): Promise<void> {
  const rehearsed = mortalSystems({ op: createMemoryOp(), store: createMemoryStore() });
  await run(rehearsed.systems);
  const call = rehearsed.calls.indexOf(`op.${create}`) + 1;
  const killed = run(mortalSystems(world, { call, when: "after" }).systems);
  await expect(killed).rejects.toThrow(`after op.${create}`);
  await endLeases(store);
}

const made = { name: "", vaultIds: [], knownIds: [] };

describe("a minting that was cut short", () => {
  test("is cleared up under its own name, and takes nothing of another", async () => {
    const { id: stranger } = await op.createServer({ ...made, name: "acme-prod-2" });
    await cutShort((systems) => ensureServer(server, systems), "createServer");
    expect(liveServers()).toHaveLength(2);
    const renamed = ensureServer({ ...server, name: "acme-prod-2" }, world);
    await expect(renamed).rejects.toMatchObject({ code: "OP_NAME_TAKEN" });
    expect(liveServers()).toEqual([stranger]);
  });

  test("takes nothing that was made long after, and says what is in the way", async () => {
    await cutShort((systems) => ensureServer(server, systems), "createServer");
    const { id: later } = await op.createServer({ ...made, name: server.name });
    const nextDay = new Date(Date.now() + 86_400_000).toISOString();
    Object.assign(op.servers.find(({ id }) => id === later) ?? {}, { createdAt: nextDay });
    await expect(ensureServer(server, world)).rejects.toThrow(
      new RegExp(`${later}.*OP_NAME_TAKEN`),
    );
    expect(liveServers()).toEqual([later]);
  });

  test("takes no token of another server", async () => {
    await cutShort((systems) => ensureToken(token, systems), "createToken");
    const serverId = fixtureId("server", 2).toUpperCase();
    await op.createToken({ name: token.name, serverId, vaults: [] });
    const before = liveTokens();
    await ensureToken({ ...token, serverId }, world);
    expect(liveTokens()).toEqual(expect.arrayContaining(before));
  });
});

describe("a secret that goes", () => {
  test.each([
    ["server", server.secretId, "createServer"],
    ["token", token.secretId, "createToken"],
  ] as const)("takes along a %s that its minting left behind", async (kind, secretId, create) => {
    const { id: stranger } = await op.createServer({ ...made, name: "someone's" });
    await cutShort(
      (systems) =>
        kind === "server" ? ensureServer(server, systems) : ensureToken(token, systems),
      create,
    );
    expect([...liveServers(), ...liveTokens()]).toHaveLength(2);
    expect(await retireAnnounced(secretId, world)).toBe(true);
    expect([...liveServers(), ...liveTokens()]).toEqual([stranger]);
    expect(announced(secretId)).not.toHaveProperty("minting");
  });

  test("leaves alone what it holds, and asks no op where nothing was announced", async () => {
    const { serverId } = await ensureServer(server, world);
    op.calls.length = 0;
    expect(await retireAnnounced(server.secretId, world)).toBe(true);
    expect(op.calls).toEqual([]);
    expect(liveServers()).toEqual([serverId]);
  });

  test("tells that something may be left where op does not run", async () => {
    await cutShort((systems) => ensureServer(server, systems), "createServer");
    op.failures.set("listServers", new ConnectError("OP_NOT_INSTALLED", "No op.", ""));
    expect(await retireAnnounced(server.secretId, world)).toBe(false);
    expect(liveServers()).toHaveLength(1);
    expect(announced(server.secretId)).toHaveProperty("minting");
  });
});
