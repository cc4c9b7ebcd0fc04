import { ConnectError, fingerprint } from "@opconnect/core";
import { expect, test } from "vitest";
import { fixtureId } from "../../fixtures/data/ids.ts";
import { createMemoryOp } from "../../fixtures/fakes/memory-op.ts";
import { createMemoryStore } from "../../fixtures/fakes/memory-store.ts";
import {
  type Death,
  endLeases,
  Killed,
  type MemorySystems,
  mortalSystems,
} from "../../fixtures/fakes/mortal-systems.ts";
import {
  type MintingStory,
  mintingStories,
  server,
  token,
} from "../../fixtures/suites/minting-stories.ts";
import { keepLists } from "../op/op-cli.ts";
import { deleteServer } from "../server/delete.ts";
import { ensureServer } from "../server/ensure.ts";
import { decodeStoreTags } from "../store/contract/value-tags.ts";
import { deleteToken } from "../token/delete.ts";
import { ensureToken } from "../token/ensure.ts";

async function worldOf({ before }: MintingStory): Promise<MemorySystems> {
  const systems = { op: createMemoryOp(), store: createMemoryStore() };
  await before?.(systems);
  return systems;
}

/** All calls that a story makes, before and after each, and between the parts of a write. */
async function deathsOf(
  story: MintingStory,
): Promise<readonly (Death & { readonly name: string })[]> {
  const { calls, systems } = mortalSystems(await worldOf(story));
  await story.run(systems);
  return calls.flatMap((name, index) => {
    const whens =
      name === "store.write"
        ? (["before", "value", "tags", "after"] as const)
        : (["before", "after"] as const);
    return whens.map((when) => ({ call: index + 1, when, name }));
  });
}

function expectSettled({ op, store }: MemorySystems, story: MintingStory, what: string): void {
  const isLive = ({ state }: { readonly state: string }) => state === "ACTIVE";
  const [servers, tokens] = [op.servers.filter(isLive), op.tokens.filter(isLive)];
  expect([servers.length, tokens.length], what).toEqual([story.servers, story.tokens]);
  for (const [secretId, { id }] of [
    ...servers.map((live) => [server.secretId, live] as const),
    ...tokens.map((live) => [token.secretId, live] as const),
  ]) {
    const secret = store.secrets.get(secretId);
    const tags = decodeStoreTags(secret?.tags ?? {});
    expect(tags.tokenId ?? tags.serverId, what).toBe(id);
    expect(tags.minting, what).toBeUndefined();
    const value = op.secrets.find((handedOut) => handedOut === secret?.value);
    expect(tags.fingerprint, what).toBe(fingerprint(value ?? ""));
  }
}

test.each(Object.entries(mintingStories))(
  "%s: killed at any point and run again, it ends in the same place",
  async (_, story) => {
    const deaths = await deathsOf(story);
    expect(deaths.length).toBeGreaterThan(5);
    for (const death of deaths) {
      const what = `killed ${death.when} call ${death.call}, ${death.name}`;
      const world = await worldOf(story);
      const killed = story.run(mortalSystems(world, death).systems);
      await killed.catch((error: unknown) => expect(error, what).toBeInstanceOf(Killed));
      await endLeases(world.store);
      await story.run(mortalSystems(world).systems).catch((error: unknown) => {
        throw new Error(`${what}: ${String(error)}`);
      });
      expectSettled(world, story, what);
    }
  },
);

const rotations = Object.entries(mintingStories).filter(([name]) => name.endsWith("rotated"));

test.each(rotations)(
  "%s: killed twice and run again, it ends in the same place",
  async (_, story) => {
    const deaths = await deathsOf(story);
    const changes = deaths.filter(({ name }) => /create|delete|write$|tag$/.test(name));
    for (const first of changes) {
      for (const second of changes) {
        const world = await worldOf(story);
        for (const death of [first, second]) {
          await story.run(mortalSystems(world, death).systems).catch(() => undefined);
          await endLeases(world.store);
        }
        await story.run(mortalSystems(world).systems);
        const what = [first, second].map(({ when, call, name }) => `${when} ${call} ${name}`);
        expectSettled(world, story, what.join(", then "));
      }
    }
  },
);

test.each(rotations)(
  "%s: killed at any point and destroyed, nothing stays but what the store describes",
  async (name, story) => {
    for (const death of await deathsOf(story)) {
      const what = `killed ${death.when} call ${death.call}, ${death.name}`;
      const world = await worldOf(story);
      await story.run(mortalSystems(world, death).systems).catch(() => undefined);
      await endLeases(world.store);
      const first = name.includes("server") ? token.serverId : fixtureId("token", 1);
      if (name.includes("server")) await deleteServer({ ...server, serverId: first }, world);
      else await deleteToken({ ...token, tokenId: first }, world);
      const live = [...world.op.servers, ...world.op.tokens].filter(
        ({ state }) => state === "ACTIVE",
      );
      const described = [...world.store.secrets.values()].map(({ tags }) => decodeStoreTags(tags));
      const stored = described.filter((tags) => tags.fingerprint !== undefined);
      const ids = stored.map(({ tokenId, serverId }) => tokenId ?? serverId);
      expect(
        live.map(({ id }) => id),
        what,
      ).toEqual(ids);
    }
  },
);

test("a run that sleeps while another takes over leaves the other's work alone", async () => {
  const world = { op: createMemoryOp(), store: createMemoryStore() };
  const death = { call: 5, when: "after" } as const;
  const killed = ensureServer(server, mortalSystems(world, death).systems);
  await expect(killed).rejects.toThrow("op.createServer");
  let listings = 0;
  const listServers = async () => {
    listings += 1;
    if (listings === 2) {
      await endLeases(world.store);
      await ensureServer(server, world);
    }
    return world.op.listServers();
  };
  const sleepy = { ...mortalSystems(world).systems, op: keepLists({ ...world.op, listServers }) };
  await expect(ensureServer(server, sleepy)).rejects.toMatchObject({ code: "STORE_BUSY" });
  expect(listings).toBe(2);
  const live = world.op.servers.filter(({ state }) => state === "ACTIVE");
  const { tags = {} } = world.store.secrets.get(server.secretId) ?? {};
  expect(live.map(({ id }) => id)).toEqual([decodeStoreTags(tags).serverId]);
});

test("two runs at the same time mint once", async () => {
  const world = { op: createMemoryOp(), store: createMemoryStore() };
  const runs = [mortalSystems(world), mortalSystems(world), mortalSystems(world)];
  const lease = { pollMs: 5, report: () => undefined };
  const servers = await Promise.all(
    runs.map(({ systems }) => ensureServer(server, { ...systems, lease })),
  );
  const { serverId } = servers[0] ?? { serverId: "" };
  const tokens = await Promise.all(
    runs.map(({ systems }) => ensureToken({ ...token, serverId }, { ...systems, lease })),
  );
  expect(world.op.servers).toHaveLength(1);
  expect(world.op.tokens).toHaveLength(1);
  expect(servers.filter(({ adopted }) => !adopted)).toHaveLength(1);
  expect(new Set(tokens.map(({ tokenId }) => tokenId)).size).toBe(1);
});

test("a server with more vaults than tags can describe does not stay", async () => {
  const world = { op: createMemoryOp(), store: createMemoryStore() };
  const vaults = Array.from({ length: 70 }, (_, number) => ({
    key: `vault${number}`,
    id: fixtureId("vault", number).replace(/[0189]/g, "z"),
    access: "read" as const,
  }));
  await expect(ensureServer({ ...server, vaults }, world)).rejects.toMatchObject({
    code: "ARGUMENT_INVALID",
  });
  expect(world.op.servers.map(({ state }) => state)).toEqual(["REVOKED"]);
  const { tags = {} } = world.store.secrets.get(server.secretId) ?? {};
  expect(decodeStoreTags(tags).minting).toBeUndefined();
});

test.each(Object.entries(mintingStories).filter(([name]) => name.endsWith(" rotated")))(
  "%s writes three versions into a store that keeps leases as versions",
  async (_, story) => {
    const world = await worldOf(story);
    world.store.calls.length = 0;
    await story.run(world);
    const versions = world.store.calls.filter((call) => call.startsWith("write"));
    // The lease is taken and given back to mint the new one; of the old one nothing is to be said.
    expect(versions.sort()).toEqual(["write", "writeLease", "writeLease"]);
  },
);

test.each(["OP_RATE_LIMITED", "OP_NOT_SIGNED_IN", "OP_UNAVAILABLE"] as const)(
  "a server that was created before op failed with %s is replaced by the next run",
  async (code) => {
    const world = { op: createMemoryOp(), store: createMemoryStore() };
    const failure = () => new ConnectError(code, "Half way.", "Run again.");
    const op: MemorySystems["op"] = {
      ...world.op,
      async createServer(request) {
        await world.op.createServer(request);
        world.op.failures.set("listServers", failure());
        throw failure();
      },
    };
    const failing = ensureServer(server, { ...world, op: keepLists(op) });
    await expect(failing).rejects.toMatchObject({ code });
    world.op.failures.clear();
    await ensureServer(server, world);
    expect(world.op.servers.map(({ state }) => state)).toEqual(["REVOKED", "ACTIVE"]);
  },
);
