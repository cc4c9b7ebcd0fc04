import { isConnectError } from "@opconnect/core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { FixtureAnswer } from "../../../fixtures/fakes/http-server.ts";
import {
  type FixtureSecretsManager,
  startSecretsManager,
} from "../../../fixtures/fakes/secrets-manager.ts";
import type { CredentialStore } from "../contract/credential-store.ts";
import { createSecretsManagerStore } from "./store.ts";

// Loading the client takes long on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let fixture: FixtureSecretsManager;
let store: CredentialStore;
let secretId: string;
const value = "fixture-secret-value";

beforeAll(async () => {
  fixture = await startSecretsManager();
});
afterAll(() => fixture.close());
beforeEach(async () => {
  vi.stubEnv("AWS_ENDPOINT_URL", fixture.url);
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIAFIXTUREFIXTURE00");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "fixture");
  vi.stubEnv("AWS_MAX_ATTEMPTS", "1");
  store = createSecretsManagerStore({ region: "eu-central-1", readers: [] });
  ({ secretId } = await store.ensureSecret({ name: "opconnect/acme/prod/credentials" }));
  await store.write({ secretId, value, tags: {} });
});
afterEach(() => {
  vi.unstubAllEnvs();
  fixture.answers.clear();
  fixture.secrets.clear();
});

const page = "<html><body>Sign in to the network</body></html>";
const garbage: readonly (readonly [string, FixtureAnswer])[] = [
  ["a web page", { status: 200, text: page }],
  ["a web page with an error's status", { status: 502, text: page }],
  ["half an answer", { status: 200, text: `{"SecretString":"${value}","VersionId":` }],
  ["another object", { status: 200, body: { hello: "world" } }],
  ["a list", { status: 200, body: [] }],
  ["numbers for texts", { status: 200, body: { ARN: 7, Name: 7, VersionId: 7, Versions: 7 } }],
  ["an error without a name", { status: 400, body: {} }],
];
const calls: readonly (readonly [string, () => Promise<unknown>])[] = [
  ["DescribeSecret", () => store.describe(secretId)],
  ["DescribeSecret", () => store.read(secretId)],
  ["GetSecretValue", () => store.read(secretId)],
  ["GetSecretValue", () => store.readLease(secretId)],
  ["PutSecretValue", () => store.write({ secretId, value: `${value}-2`, tags: {} })],
  ["PutSecretValue", () => store.writeLease(secretId, 1, "fixture")],
  ["CreateSecret", () => store.ensureSecret({ name: "opconnect/acme/dev/credentials" })],
  ["ListSecrets", () => store.listSecrets()],
];

for (const [action, call] of calls) {
  test.each(garbage)(`${action} answered by %s makes no sense`, async (_, answer) => {
    fixture.answers.set(action, answer);
    const error = await call().catch((caught: unknown) => caught);
    expect(isConnectError(error) && error.code).toBe("STORE_RESPONSE_INVALID");
    expect(String(error)).toContain(action);
    expect(String(error)).not.toContain(value);
    expect(error).not.toHaveProperty("cause");
  });
}

test("an identity that is none makes no sense", async () => {
  fixture.answers.set("GetCallerIdentity", { status: 200, text: page });
  const ensuring = store.ensureSecret({ name: "opconnect/acme/dev/credentials" });
  await expect(ensuring).rejects.toMatchObject({ code: "STORE_RESPONSE_INVALID" });
});
