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
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIAFIXTUREFIXTURE00");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "fixture");
  vi.stubEnv("AWS_MAX_ATTEMPTS", "1");
  systems = {
    op: createMemoryOp(),
    store: openStore({ kind: "secrets-manager", region: "eu-central-1" }),
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

/** What is asked of Secrets Manager meanwhile, in order. */
async function asked(work: () => Promise<unknown>): Promise<readonly string[]> {
  fixture.actions.length = 0;
  await work();
  return [...fixture.actions];
}

const versionsOf = (secretId: string) => fixture.secrets.get(secretId)?.versions.size;

test("the first up of a token costs twelve requests and three versions", async () => {
  let secretId = "";
  const make = async () => {
    secretId = await makeSecret();
  };
  expect(await asked(make)).toEqual(["CreateSecret", "DescribeSecret"]);
  expect(await asked(() => observeSecret({ secretId }, systems))).toEqual(["DescribeSecret"]);
  expect(await asked(() => mint(secretId))).toEqual([
    // What it holds, and whether anybody ever had its lease.
    "DescribeSecret",
    // The lease is taken.
    "PutSecretValue",
    // What others have changed until then.
    "DescribeSecret",
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

test("the rotation of a token costs twelve requests and three versions", async () => {
  const secretId = await makeSecret();
  const { tokenId: of } = await mint(secretId);
  const before = versionsOf(secretId) ?? 0;
  expect(await asked(() => mint(secretId, of))).toEqual([
    // What it holds.
    "DescribeSecret",
    "GetSecretValue",
    // Who has the lease, and it is taken.
    "GetSecretValue",
    "PutSecretValue",
    // What others have changed until then: the value is another only if its version is.
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
