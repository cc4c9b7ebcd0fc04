import { ConnectError } from "@opconnect/core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { createMemoryOp } from "../../fixtures/fakes/memory-op.ts";
import {
  type FixtureSecretsManager,
  startSecretsManager,
} from "../../fixtures/fakes/secrets-manager.ts";
import { token } from "../../fixtures/suites/minting-stories.ts";
import { observeSecret } from "../minting/observe-secret.ts";
import type { MintingSystems } from "../minting/request.ts";
import { ensureHeldSecret } from "../store/held-secret.ts";
import { openStore } from "../store/open-store.ts";
import { deleteToken } from "./delete.ts";
import { ensureToken } from "./ensure.ts";

// Loading the client takes long on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let fixture: FixtureSecretsManager;
let systems: MintingSystems;

beforeAll(async () => {
  fixture = await startSecretsManager();
});
afterAll(() => fixture.close());
beforeEach(() => {
  vi.stubEnv("AWS_ENDPOINT_URL", fixture.url);
  vi.stubEnv("AWS_REGION", "eu-central-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIAFIXTUREFIXTURE00");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "fixture");
  vi.stubEnv("AWS_MAX_ATTEMPTS", "1");
  systems = {
    op: createMemoryOp(),
    store: openStore({ kind: "secrets-manager" }),
  };
});
afterEach(() => {
  vi.unstubAllEnvs();
});

let count = 0;

/** The secret of a token, as the first `up` makes it. */
async function makeSecret(): Promise<string> {
  const name = `${token.secretId}-${++count}`;
  const { secretId } = await ensureHeldSecret({ name, holder: "secret" }, systems);
  return secretId;
}

function mint(secretId: string, replaces?: string) {
  const rotation = replaces === undefined ? undefined : { of: replaces };
  return ensureToken({ ...token, secretId, holder: "token", rotation, replaces }, systems);
}

/** What the engine has looked up before. */
function check(secretId: string) {
  return observeSecret({ secretId }, systems, { mayBeRecent: true });
}

/** What is asked of Secrets Manager meanwhile, in order. */
async function asked(work: () => Promise<unknown>): Promise<readonly string[]> {
  fixture.actions.length = 0;
  await work();
  return [...fixture.actions];
}

const versionsOf = (secretId: string) => fixture.secrets.get(secretId)?.versions.size;

test("the first up of a token costs nine requests and three versions", async () => {
  let secretId = "";
  const make = async () => {
    secretId = await makeSecret();
  };
  expect(await asked(make)).toEqual(["CreateSecret"]);
  // What it holds, and whether anybody ever had its lease.
  expect(await asked(() => check(secretId))).toEqual(["DescribeSecret"]);
  expect(await asked(() => mint(secretId))).toEqual([
    // The lease is taken: the first of all, so that nothing has changed since.
    "PutSecretValue",
    // It is announced.
    "TagResource",
    // Whether the lease is held after all that `op` took.
    "GetSecretValue",
    // The value, what describes it, and the end of the announcement.
    "PutSecretValue",
    "TagResource",
    "UntagResource",
    // The lease is given back.
    "PutSecretValue",
  ]);
  expect(versionsOf(secretId)).toBe(3);
});

test("the rotation of a token costs eleven requests and three versions", async () => {
  const secretId = await makeSecret();
  const { tokenId: of } = await mint(secretId);
  const before = versionsOf(secretId) ?? 0;
  const { store } = systems;
  const checkAll = async () => {
    await store.findSecret(`${token.secretId}-${count}`);
    // The engine asks twice of what is replaced.
    await check(secretId);
    await check(secretId);
  };
  // What it holds.
  expect(await asked(checkAll)).toEqual(["DescribeSecret"]);
  expect(await asked(() => mint(secretId, of))).toEqual([
    // Who has the lease, and it is taken.
    "GetSecretValue",
    "PutSecretValue",
    // What others have changed until then. A value that is replaced is not read.
    "DescribeSecret",
    // From here on as at the first.
    "TagResource",
    "GetSecretValue",
    "PutSecretValue",
    "TagResource",
    "UntagResource",
    "PutSecretValue",
  ]);
  const deletion = { ...token, secretId, tokenId: of };
  expect(await asked(() => deleteToken(deletion, systems))).toEqual(["DescribeSecret"]);
  expect(versionsOf(secretId)).toBe(before + 3);
});

test("what another run made before the lease was taken is seen, though the secret was untouched", async () => {
  const secretId = await makeSecret();
  await check(secretId);
  // Of what that writes, this copy notes nothing.
  vi.resetModules();
  const elsewhere = await import("./ensure.ts");
  const store = (await import("../store/open-store.ts")).openStore({
    kind: "secrets-manager",
    region: "eu-central-1",
  });
  const request = { ...token, secretId, holder: "other" };
  const others = await elsewhere.ensureToken(request, { op: systems.op, store });
  expect(await mint(secretId)).toMatchObject({ adopted: true, tokenId: others.tokenId });
});

test("of two that find a secret untouched in one process, one mints and the other adopts", async () => {
  const secretId = await makeSecret();
  await check(secretId);
  const [one, other] = await Promise.all([mint(secretId), mint(secretId)]);
  expect([one.adopted, other.adopted].sort()).toEqual([false, true]);
  expect(other.tokenId).toBe(one.tokenId);
});

test("a rotation whose value cannot be described brings back what was there, which it has not read", async () => {
  const secretId = await makeSecret();
  const first = await mint(secretId);
  const before = fixture.secrets.get(secretId)?.tags;
  const { store } = systems;
  const failing = {
    ...store,
    async write(credential: Parameters<typeof store.write>[0]) {
      await store.write(credential);
      await store.tag(secretId, { "opconnect:fingerprint": "f".repeat(64) });
      throw new ConnectError("STORE_FAILED", "Fixture.", "Run again.");
    },
  };
  const request = { ...token, secretId, holder: "token", rotation: { of: first.tokenId } };
  fixture.actions.length = 0;
  const run = ensureToken(request, { ...systems, store: failing });
  await expect(run).rejects.toMatchObject({ code: "STORE_FAILED" });
  expect(fixture.actions).toContain("UpdateSecretVersionStage");
  const held = await store.describe(secretId);
  expect(held?.versionId).toBe(first.versionId);
  expect(fixture.secrets.get(secretId)?.tags).toEqual(before);
});

test("a value that came before the lease was taken is seen", async () => {
  const secretId = await makeSecret();
  const { tokenId } = await mint(secretId);
  const { store } = systems;
  const other = { value: "fixture-other", tags: {} };
  const interrupting = {
    ...store,
    async writeLease(...lease: Parameters<typeof store.writeLease>) {
      if (lease[1] % 2 === 1) await store.write({ secretId, ...other });
      return store.writeLease(...lease);
    },
  };
  const run = ensureToken(
    { ...token, secretId, rotation: { of: tokenId } },
    { ...systems, store: interrupting },
  );
  // Nobody knows whose it is.
  await expect(run).rejects.toMatchObject({ code: "TOKEN_MALFORMED" });
  expect((await store.read(secretId)).value).toBe(other.value);
});
