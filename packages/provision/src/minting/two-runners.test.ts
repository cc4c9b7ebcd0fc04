import { ConnectError } from "@opconnect/core";
import { beforeEach, expect, test } from "vitest";
import { createMemoryOp, type MemoryOp } from "../../fixtures/fakes/memory-op.ts";
import { createMemoryStore, type MemoryStore } from "../../fixtures/fakes/memory-store.ts";
import { server, token } from "../../fixtures/suites/minting-stories.ts";
import { keepLists } from "../op/op-cli.ts";
import { ensureServer } from "../server/ensure.ts";
import { ensureToken } from "../token/ensure.ts";
import type { MintingSystems } from "./request.ts";

let account: MemoryOp;
let store: MemoryStore;
let here: MintingSystems;
let elsewhere: MintingSystems;

beforeEach(() => {
  account = createMemoryOp();
  store = createMemoryStore();
  const runner = () => ({ op: keepLists(account), store: { ...store } });
  [here, elsewhere] = [runner(), runner()];
});

const lost = new ConnectError("OP_TIMED_OUT", "No answer.", "");
const ensureRevision = {
  server: (revision: number, systems: MintingSystems) =>
    ensureServer({ ...server, revision }, systems),
  token: (revision: number, systems: MintingSystems) =>
    ensureToken({ ...token, revision }, systems),
};
const idsOf = { server: () => account.servers, token: () => account.tokens };
const creation = { server: "createServer", token: "createToken" } as const;

test.each(["server", "token"] as const)(
  "a %s that another run minted since the last list outlives a minting without an answer",
  async (kind) => {
    await ensureRevision[kind](1, here);
    await ensureRevision[kind](2, elsewhere);
    const [, theirs] = idsOf[kind]();
    account.failures.set(creation[kind], lost);
    await expect(ensureRevision[kind](3, here)).rejects.toMatchObject({ code: "OP_TIMED_OUT" });
    expect(theirs?.state).toBe("ACTIVE");
    account.failures.clear();
    await ensureRevision[kind](3, here);
    expect(idsOf[kind]().map(({ state }) => state)).toEqual(["ACTIVE", "ACTIVE", "ACTIVE"]);
  },
);
