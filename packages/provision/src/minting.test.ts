import { fingerprint } from "@opconnect/core";
import { expect, test } from "vitest";
import { fixtureId } from "../fixtures/ids.ts";
import { createMemoryOp } from "../fixtures/memory-op.ts";
import { createMemoryStore } from "../fixtures/memory-store.ts";
import {
  type Death,
  endLeases,
  Killed,
  type MemorySystems,
  mortalSystems,
} from "../fixtures/mortal-systems.ts";
import { ensureServer } from "./connect-server.ts";
import { deleteServer } from "./connect-server-deletion.ts";
import { updateServerGrants } from "./connect-server-grants.ts";
import { renameServer } from "./connect-server-rename.ts";
import { ensureToken } from "./connect-token.ts";
import { deleteToken } from "./connect-token-deletion.ts";
import { decodeStoreTags } from "./store-tags.ts";

const app = { key: "app", id: fixtureId("vault", 101), access: "read" } as const;
const data = { key: "data", id: fixtureId("vault", 102), access: "read-write" } as const;
const adminCommand = "pulumi up --stack acme-prod";
const server = {
  name: "acme-prod",
  vaults: [app],
  secretId: "opconnect/acme/prod/credentials",
  revision: 1,
  adminCommand,
};
const token = {
  name: "acme-prod-operator",
  serverId: fixtureId("server", 1).toUpperCase(),
  vaults: [app],
  secretId: "opconnect/acme/prod/operator-token",
  revision: 1,
  adminCommand,
};
const patience = { retryDelayMs: 0 };

/** Something that is done from outside, and how many live objects there shall be afterwards. */
interface Story {
  readonly before?: (systems: MemorySystems) => Promise<unknown>;
  readonly run: (systems: MemorySystems) => Promise<unknown>;
  readonly servers: number;
  readonly tokens: number;
}

const stories: Record<string, Story> = {
  "a first server": { run: (systems) => ensureServer(server, systems), servers: 1, tokens: 0 },
  "a server rotated": {
    before: (systems) => ensureServer(server, systems),
    async run(systems) {
      const rotates = token.serverId;
      await ensureServer({ ...server, rotates }, systems);
      await deleteServer({ ...server, serverId: rotates }, systems);
    },
    servers: 1,
    tokens: 0,
  },
  "a server of a higher revision": {
    before: (systems) => ensureServer(server, systems),
    async run(systems) {
      await ensureServer({ ...server, revision: 2 }, systems);
      await deleteServer({ ...server, serverId: token.serverId }, systems);
    },
    servers: 1,
    tokens: 0,
  },
  "a server whose value was changed": {
    async before(systems) {
      await ensureServer(server, systems);
      await changeValue(systems, server.secretId);
    },
    run: (systems) => ensureServer(server, systems),
    servers: 1,
    tokens: 0,
  },
  "a server that was deleted by hand": {
    async before(systems) {
      await ensureServer(server, systems);
      await systems.op.deleteServer(token.serverId);
    },
    run: (systems) => ensureServer(server, systems),
    servers: 1,
    tokens: 0,
  },
  "a server taken over": {
    async before({ op, store }) {
      const { credentialsFile: value } = await op.createServer({
        name: "acme-prod",
        vaultIds: [],
        knownIds: [],
      });
      await store.write({ secretId: server.secretId, value, tags: {} });
    },
    run: (systems) => ensureServer({ ...server, adopts: token.serverId }, systems),
    servers: 1,
    tokens: 0,
  },
  "a server renamed, with another vault": {
    before: (systems) => ensureServer(server, systems),
    async run(systems) {
      const renamed = { ...server, serverId: token.serverId, name: "acme-prod-2" };
      await renameServer(renamed, systems);
      await renameServer({ ...renamed, name: "acme-prod" }, systems);
      await updateServerGrants({ ...renamed, previous: [app], vaults: [data] }, systems);
      await updateServerGrants({ ...renamed, previous: [data], vaults: [app] }, systems);
    },
    servers: 1,
    tokens: 0,
  },
  "a server deleted": {
    before: (systems) => ensureServer(server, systems),
    run: (systems) => deleteServer({ ...server, serverId: token.serverId }, systems),
    servers: 0,
    tokens: 0,
  },
  "a first token": { run: (systems) => ensureToken(token, systems), servers: 0, tokens: 1 },
  "a token that misses a vault at first": {
    async before({ op }) {
      let left = 2;
      op.distortToken = (asked) => (left-- > 0 ? { ...asked, vaults: [] } : asked);
    },
    run: (systems) => ensureToken(token, systems, patience),
    servers: 0,
    tokens: 1,
  },
  "a token rotated": {
    before: (systems) => ensureToken(token, systems),
    async run(systems) {
      const rotates = fixtureId("token", 1);
      await ensureToken({ ...token, rotates }, systems);
      await deleteToken({ ...token, tokenId: rotates }, systems);
    },
    servers: 0,
    tokens: 1,
  },
  "a token with another scope": {
    before: (systems) => ensureToken(token, systems),
    async run(systems) {
      await ensureToken({ ...token, vaults: [app, data] }, systems);
      await deleteToken({ ...token, tokenId: fixtureId("token", 1) }, systems);
    },
    servers: 0,
    tokens: 1,
  },
  "a token whose value was changed": {
    async before(systems) {
      await ensureToken(token, systems);
      await changeValue(systems, token.secretId);
    },
    run: (systems) => ensureToken(token, systems),
    servers: 0,
    tokens: 1,
  },
  "a token deleted": {
    before: (systems) => ensureToken(token, systems),
    run: (systems) => deleteToken({ ...token, tokenId: fixtureId("token", 1) }, systems),
    servers: 0,
    tokens: 0,
  },
};

async function changeValue({ store }: MemorySystems, secretId: string): Promise<void> {
  await store.describe(secretId);
  const secret = store.secrets.get(secretId);
  if (secret !== undefined) secret.value = "something else";
}

async function worldOf({ before }: Story): Promise<MemorySystems> {
  const systems = { op: createMemoryOp(), store: createMemoryStore() };
  await before?.(systems);
  return systems;
}

/** All calls that a story makes, before and after each, and between the parts of a write. */
async function deathsOf(story: Story): Promise<readonly (Death & { readonly name: string })[]> {
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

function expectSettled({ op, store }: MemorySystems, story: Story, what: string): void {
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

test.each(Object.entries(stories))(
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

const rotations = Object.entries(stories).filter(([name]) => name.endsWith("rotated"));

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
