import { readdirSync, readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import {
  type FixtureSecretsManager,
  startSecretsManager,
} from "../../../fixtures/fakes/secrets-manager.ts";
import { createSecretsManagerStore } from "./store.ts";

// Loading the client takes long on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let fixture: FixtureSecretsManager;
const name = "opconnect/acme/prod/credentials";
const readers = ["arn:aws:iam::123456789012:role/reader"];

beforeAll(async () => {
  fixture = await startSecretsManager();
});
afterAll(() => fixture.close());
beforeEach(() => {
  vi.stubEnv("AWS_ENDPOINT_URL", fixture.url);
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIAFIXTUREFIXTURE00");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "fixture");
  vi.stubEnv("AWS_MAX_ATTEMPTS", "1");
});
afterEach(() => {
  vi.unstubAllEnvs();
  fixture.secrets.clear();
  fixture.failures.clear();
  fixture.actions.length = 0;
});

const open = (options = {}) =>
  createSecretsManagerStore({ region: "eu-central-1", settleDelayMs: 1, ...options });
const plain = () => open();
const full = () => open({ readers, replicaRegions: ["eu-west-1"], kmsKeyId: "alias/a" });

/** A secret with two values, as it is for most of the time. */
async function prepare(store = full()) {
  const { secretId } = await store.ensureSecret({ name, description: "before" });
  for (const value of ["one", "two"]) await store.write({ secretId, value, tags: {} });
  return secretId;
}

/** The rows of the table in the README: what is done, and how. */
const operations: Readonly<Record<string, (secretId: string) => Promise<unknown>>> = {
  preview: (secretId) => plain().describe(secretId),
  "adopt, roll out": (secretId) => plain().read(secretId),
  async mint(secretId) {
    const { sequence } = await plain().readLease(secretId);
    // Of a secret with few leases, versions are not listed.
    await plain().writeLease(secretId, sequence + 41, "fixture");
    await plain().tag(secretId, { "opconnect:minting": "none" });
    await plain().read(secretId);
    await plain().write({ secretId, value: "one", tags: {} });
    await plain().tag(secretId, { "opconnect:minting": "" });
  },
  async "restore an earlier version"(secretId) {
    const store = plain();
    await store.write({ secretId, value: "three", tags: {} });
    fixture.actions.length = 0;
    await store.restore(
      secretId,
      [...(fixture.secrets.get(secretId)?.versions.keys() ?? [])][0] ?? "",
    );
  },
  async "create, change and restore secrets"(secretId) {
    await full().ensureSecret({ name: `${name}-new` });
    await full().ensureSecret({ name, description: "after", tags: { client: "acme" } });
    await open({ replicaRegions: ["us-east-1"] }).ensureSecret({ name });
    const secret = fixture.secrets.get(secretId);
    if (secret !== undefined) secret.isDeleted = true;
    await plain().ensureSecret({ name });
  },
  async "delete secrets"(secretId) {
    fixture.secrets.get(secretId)?.tags.set("opconnect:adopted", "true");
    await plain().deleteSecret(secretId);
    fixture.secrets.get(secretId)?.tags.delete("opconnect:adopted");
    await plain().deleteSecret(secretId);
  },
  "list them": () => plain().listSecrets(),
};

/** Where less is known without it, and nothing is refused. */
const tolerated = new Set(["mint: ListSecretVersionIds"]);

const permissions = Object.fromEntries(
  [
    ...read("packages/provision/README.md").matchAll(
      /^\| ([\w ,]+?) +\| (`(?:Describe|Create|List).*)\|$/gm,
    ),
  ].map(([, operation = "", cell = ""]) => [operation, actionsIn(cell)]),
);

test("the table of permissions has every operation and every action that is sent", () => {
  expect(Object.keys(permissions)).toEqual(Object.keys(operations));
  const sources = readdirSync(import.meta.dirname).filter((file) => !file.endsWith(".test.ts"));
  const sent = sources.flatMap((file) =>
    [...readFileSync(`${import.meta.dirname}/${file}`, "utf8").matchAll(/action: "(\w+)"/g)].map(
      ([, action = ""]) => action,
    ),
  );
  // Everybody may ask who they are.
  const named = new Set(sent.filter((action) => action !== "GetCallerIdentity"));
  expect([...new Set(Object.values(permissions).flat())].sort()).toEqual([...named].sort());
});

test("the policies in docs/ci.md are the table's", () => {
  const [deploy, mint] = [...read("docs/ci.md").matchAll(/"Version": "2012-10-17"[^`]*/g)]
    .map(([policy]) => [...policy.matchAll(/"secretsmanager:(\w+)"/g)].map(([, action]) => action))
    .filter((actions) => actions.length > 0);
  expect(deploy?.toSorted()).toEqual(permissions["adopt, roll out"]?.toSorted());
  expect(mint?.toSorted()).toEqual([...new Set(Object.values(permissions).flat())].toSorted());
});

describe.each(Object.entries(permissions))("to %s", (operation, actions) => {
  const work = operations[operation] ?? (async () => undefined);

  test("the actions of the table are sent, and no others", async () => {
    const secretId = await prepare();
    fixture.actions.length = 0;
    await work(secretId);
    const sent = new Set(fixture.actions.filter((action) => action !== "GetCallerIdentity"));
    expect([...sent].sort()).toEqual(actions.toSorted());
  });

  test.each(actions)("%s is needed, and its refusal is said", async (action) => {
    const secretId = await prepare();
    const message = `User: fixture is not authorized to perform: secretsmanager:${action}`;
    fixture.failures.set(action, { type: "AccessDeniedException", message });
    const outcome = work(secretId);
    if (tolerated.has(`${operation}: ${action}`)) {
      await outcome;
      return;
    }
    await expect(outcome).rejects.toMatchObject({ code: "STORE_ACCESS_DENIED" });
    await expect(outcome).rejects.toThrow(`Allow secretsmanager:${action} on `);
  });
});

function read(path: string): string {
  return readFileSync(new URL(`../../../../../${path}`, import.meta.url), "utf8");
}

function actionsIn(cell: string): readonly string[] {
  return [...cell.matchAll(/`([A-Z]\w+)`/g)].map(([, action = ""]) => action);
}
