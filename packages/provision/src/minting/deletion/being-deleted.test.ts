import { ConnectError } from "@opconnect/core";
import { expect, test } from "vitest";
import { createMemoryOp, type MemoryOp } from "../../../fixtures/fakes/memory-op.ts";
import { createMemoryStore } from "../../../fixtures/fakes/memory-store.ts";
import { type Death, endLeases, mortalSystems } from "../../../fixtures/fakes/mortal-systems.ts";
import { server, token } from "../../../fixtures/suites/minting-stories.ts";
import { deleteServer } from "../../server/delete.ts";
import { ensureServer } from "../../server/ensure.ts";
import { serverNeed } from "../../server/need.ts";
import { deleteToken } from "../../token/delete.ts";
import { ensureToken } from "../../token/ensure.ts";
import { tokenNeed } from "../../token/need.ts";
import { observeSecret } from "../observe-secret.ts";
import type { MintingSystems } from "../request.ts";

const stories = {
  server: {
    secretId: server.secretId,
    all: ({ servers }: MemoryOp) => servers,
    ensure: async (systems: MintingSystems) => (await ensureServer(server, systems)).serverId,
    need: (systems: MintingSystems) => serverNeed(server, systems),
    end: (serverId: string, systems: MintingSystems) =>
      deleteServer({ ...server, serverId }, systems),
  },
  token: {
    secretId: token.secretId,
    all: ({ tokens }: MemoryOp) => tokens,
    ensure: async (systems: MintingSystems) => (await ensureToken(token, systems)).tokenId,
    need: (systems: MintingSystems) => tokenNeed(token, systems),
    end: (tokenId: string, systems: MintingSystems) => deleteToken({ ...token, tokenId }, systems),
  },
};

async function made({ ensure, all, secretId, end }: (typeof stories)["server" | "token"]) {
  const world = { op: createMemoryOp(), store: createMemoryStore() };
  const id = await ensure(world);
  return {
    world,
    id,
    live: () => all(world.op).flatMap((row) => (row.state === "ACTIVE" ? [row.id] : [])),
    stored: async () => (await observeSecret({ secretId, id }, world)).stored,
    async cutShort(death: Death) {
      // To have let go of the lease is not waited for.
      await Promise.allSettled([end(id, mortalSystems(world, death).systems)]);
      await endLeases(world.store);
    },
  };
}

test.each(["server", "token"] as const)(
  "a %s whose deletion was cut short anywhere is not taken to work, and is there again once that is taken back",
  async (kind) => {
    const story = stories[kind];
    const rehearsal = await made(story);
    const rehearsed = mortalSystems(rehearsal.world);
    await story.end(rehearsal.id, rehearsed.systems);
    expect(rehearsal.live()).toEqual([]);
    for (const [index, call] of rehearsed.calls.entries()) {
      for (const when of ["before", "after"] as const) {
        const { world, id, live, stored, cutShort } = await made(story);
        await cutShort({ call: index + 1, when });
        const wasLive = live().length > 0;
        const where = `${when} ${call}`;
        if (!wasLive) expect(await stored(), where).not.toBe("held");
        if ((await stored()) !== "held") {
          expect((await story.need(world)).action, where).not.toBe("none");
        }
        const now = await story.ensure(world);
        expect(live(), where).toEqual([now]);
        if (wasLive) expect(now, where).toBe(id);
        expect((await observeSecret({ secretId: story.secretId, id: now }, world)).stored).toBe(
          "held",
        );
        expect((await story.need(world)).action, where).toBe("none");
      }
    }
  },
);

test("whoever cannot ask op does not take one to work whose deletion was begun", async () => {
  const { world, cutShort, stored } = await made(stories.token);
  const told = (await rehearsedCalls()).indexOf("store.tag") + 1;
  await cutShort({ call: told, when: "after" });
  expect(await stored()).toBe("leaving");
  const refused = new ConnectError("OP_NOT_INSTALLED", "No op.", "");
  const without: MemoryOp = { ...world.op, listTokens: () => Promise.reject(refused) };
  const taking = stories.token.ensure({ op: without, store: world.store });
  await expect(taking).rejects.toMatchObject({ code: "OP_NOT_INSTALLED" });
  expect(await stored()).toBe("leaving");
});

test("a runner without op leaves what it cannot delete as it is", async () => {
  const { world, id, stored } = await made(stories.server);
  const refused = () => Promise.reject(new ConnectError("OP_NOT_INSTALLED", "No op.", ""));
  const without: MemoryOp = {
    ...world.op,
    ...{ listServers: refused, recentServers: refused, deleteServer: refused },
  };
  const ending = stories.server.end(id, { op: without, store: world.store });
  await expect(ending).rejects.toMatchObject({ code: "OP_NOT_INSTALLED" });
  expect(await stored()).toBe("held");
});

async function rehearsedCalls(): Promise<readonly string[]> {
  const { world, id } = await made(stories.token);
  const rehearsed = mortalSystems(world);
  await stories.token.end(id, rehearsed.systems);
  return rehearsed.calls;
}
