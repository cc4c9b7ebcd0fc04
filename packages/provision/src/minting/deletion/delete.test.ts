import { expect, test } from "vitest";
import { fixtureId } from "../../../fixtures/data/ids.ts";
import { createMemoryOp } from "../../../fixtures/fakes/memory-op.ts";
import { createMemoryStore } from "../../../fixtures/fakes/memory-store.ts";
import type { MemorySystems } from "../../../fixtures/fakes/mortal-systems.ts";
import { token } from "../../../fixtures/suites/minting-stories.ts";
import { encodeStoreTags } from "../../store/contract/value-tags.ts";
import { deleteToken } from "../../token/delete.ts";
import { ensureToken } from "../../token/ensure.ts";

const { secretId } = token;
const first = fixtureId("token", 1);

/** A token that was replaced by another, and not deleted yet. */
async function replaced(): Promise<MemorySystems> {
  const systems = { op: createMemoryOp(), store: createMemoryStore() };
  await ensureToken(token, systems);
  await ensureToken({ ...token, revision: 2 }, systems);
  systems.store.calls.length = 0;
  return systems;
}

const liveOf = ({ op }: MemorySystems) =>
  op.tokens.filter(({ state }) => state === "ACTIVE").map(({ id }) => id);

test("what was replaced by this process goes without a lease", async () => {
  const systems = await replaced();
  await deleteToken({ ...token, tokenId: first }, systems);
  expect(systems.store.calls).toEqual(["describe"]);
  expect(liveOf(systems)).not.toContain(first);
});

test.each<[string, (systems: MemorySystems) => Promise<unknown>]>([
  [
    "a minting is announced",
    ({ store }) => store.tag(secretId, encodeStoreTags({ minting: [], name: token.name })),
  ],
  [
    "another value is in the place of that one's",
    async ({ store }) => {
      const secret = store.secrets.get(secretId);
      if (secret) secret.value = "somebody's";
    },
  ],
  [
    "that one is retired",
    ({ store }) => store.tag(secretId, { "opconnect:fingerprint": "", "opconnect:retired": "" }),
  ],
  [
    "the store describes it",
    ({ store }) => store.tag(secretId, encodeStoreTags({ tokenId: first })),
  ],
  [
    "another process has replaced it",
    async (systems) => {
      const elsewhere = { ...systems, store: { ...systems.store } };
      await ensureToken({ ...token, revision: 3 }, elsewhere);
    },
  ],
  [
    "this one has adopted what another has put there",
    (systems) => ensureToken({ ...token, revision: 2 }, systems),
  ],
])("it goes under the lease where %s", async (_, change) => {
  const systems = await replaced();
  await change(systems);
  systems.store.calls.length = 0;
  await deleteToken({ ...token, tokenId: first }, systems);
  expect(systems.store.calls).toContain("writeLease");
  expect(liveOf(systems)).not.toContain(first);
});

test("what this process has minted last goes under the lease, and its value is retired", async () => {
  const systems = await replaced();
  const second = fixtureId("token", 2);
  await deleteToken({ ...token, tokenId: second }, systems);
  expect(systems.store.calls).toContain("writeLease");
  expect(liveOf(systems)).toEqual([first]);
  expect(systems.store.secrets.get(secretId)?.tags).toHaveProperty("opconnect:retired");
});
