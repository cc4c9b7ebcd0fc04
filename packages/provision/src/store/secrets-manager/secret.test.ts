import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { type ConnectError, fingerprint } from "@opconnect/core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import {
  type FixtureSecretsManager,
  startSecretsManager,
} from "../../../fixtures/fakes/secrets-manager.ts";
import { fixtureCaller } from "../../../fixtures/fakes/security-token-service.ts";
import { createSecretsManagerStore, type SecretsManagerOptions } from "./store.ts";

// Loading the client takes long on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let fixture: FixtureSecretsManager;
const name = "opconnect/acme/prod/credentials";
const region = "eu-central-1";
const open = (options: SecretsManagerOptions = {}) =>
  createSecretsManagerStore({ region, settleDelayMs: 1, ...options });

beforeAll(async () => {
  fixture = await startSecretsManager();
});
afterAll(() => fixture.close());
beforeEach(() => {
  vi.stubEnv("AWS_ENDPOINT_URL", fixture.url);
  vi.stubEnv("AWS_REGION", undefined);
  vi.stubEnv("AWS_PROFILE", undefined);
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIAFIXTUREFIXTURE00");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "fixture");
  vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
  vi.stubEnv("AWS_MAX_ATTEMPTS", "1");
});
afterEach(() => {
  vi.unstubAllEnvs();
  fixture.secrets.clear();
  fixture.failures.clear();
  fixture.answers.clear();
  fixture.actions.length = 0;
});

function secretOf(secretId: string) {
  const secret = fixture.secrets.get(secretId);
  if (secret === undefined) throw new Error(`${secretId} is gone`);
  return secret;
}

test("a new secret has its settings from the moment it exists", async () => {
  const store = open({ kmsKeyId: "alias/opconnect", replicaRegions: ["us-east-1"] });
  const { secretId } = await store.ensureSecret({ name, description: "for a test" });
  expect(fixture.actions).toEqual(["CreateSecret"]);
  expect(secretOf(secretId)).toMatchObject({
    description: "for a test",
    kmsKeyId: "alias/opconnect",
    replicas: [{ Region: "us-east-1" }],
    tags: new Map([["managed-by", "opconnect"]]),
  });
});

test("a secret that is as it shall be is asked for, and not written", async () => {
  const store = open({
    kmsKeyId: "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    replicaRegions: ["us-east-1"],
    readers: [],
  });
  const secret = { name, description: "for a test", tags: { client: "acme" } };
  const { secretId } = await store.ensureSecret(secret);
  secretOf(secretId).kmsKeyId = "1234abcd-12ab-34cd-56ef-1234567890ab";
  fixture.actions.length = 0;
  await store.ensureSecret(secret);
  expect(fixture.actions.filter((action) => !/^(Get|Describe)/.test(action))).toEqual([
    "CreateSecret",
  ]);
});

test("who may not create secrets may use one that is there", async () => {
  const { secretId } = await open().ensureSecret({ name });
  const type = "AccessDeniedException";
  fixture.failures.set("CreateSecret", { type, message: "not authorized" });
  expect(await open().ensureSecret({ name })).toEqual({ secretId, outcome: "found" });
  const ensuring = open().ensureSecret({ name: "opconnect/acme/dev/credentials" });
  await expect(ensuring).rejects.toThrow("Allow secretsmanager:CreateSecret");
});

test("settings are brought into line, and those not asked for are left alone", async () => {
  const { secretId } = await open({
    kmsKeyId: "alias/one",
    replicaRegions: ["us-east-1"],
  }).ensureSecret({ name });
  await open().ensureSecret({ name });
  expect(secretOf(secretId)).toMatchObject({ kmsKeyId: "alias/one" });
  expect(secretOf(secretId).replicas).toHaveLength(1);
  await open({ kmsKeyId: "alias/two", replicaRegions: ["us-west-2"] }).ensureSecret({ name });
  expect(secretOf(secretId)).toMatchObject({ kmsKeyId: "alias/two" });
  expect(secretOf(secretId).replicas.map(({ Region }) => Region)).toEqual(["us-west-2"]);
});

test("a replica that failed is asked for again", async () => {
  const store = open({ replicaRegions: ["us-east-1"] });
  const { secretId } = await store.ensureSecret({ name });
  secretOf(secretId).replicas = [{ Region: "us-east-1", Status: "Failed" }];
  await store.ensureSecret({ name });
  expect(fixture.actions).toContain("ReplicateSecretToRegions");
});

test("only the readers and the one who writes may read", async () => {
  const reader = "arn:aws:iam::123456789012:role/eks-*";
  const { secretId } = await open({ readers: [reader] }).ensureSecret({ name });
  const [statement] = JSON.parse(secretOf(secretId).policy ?? "").Statement;
  expect(fixtureCaller).toContain("assumed-role/ci/");
  expect(statement.Condition.ArnNotLike["aws:PrincipalArn"]).toEqual([
    "arn:aws:iam::123456789012:role/*/ci",
    "arn:aws:iam::123456789012:role/ci",
    reader,
  ]);
  await open().ensureSecret({ name });
  expect(secretOf(secretId).policy).toBeUndefined();
});

test("who asks for no readers need not be allowed to look at policies", async () => {
  await open().ensureSecret({ name });
  const type = "AccessDeniedException";
  fixture.failures.set("GetResourcePolicy", { type, message: "not authorized" });
  expect(await open().ensureSecret({ name })).toMatchObject({ outcome: "found" });
  const ensuring = open({ readers: [] }).ensureSecret({ name });
  await expect(ensuring).rejects.toThrow("secretsmanager:GetResourcePolicy");
});

test("the role that is assumed writes, with the external id that it asks for", async () => {
  const roleArn = "arn:aws:iam::210987654321:role/opconnect";
  const store = open({ roleArn, externalId: "fixture-external-id", readers: [] });
  const { secretId } = await store.ensureSecret({ name });
  expect(fixture.actions[0]).toBe("AssumeRole");
  expect(fixture.actions).not.toContain("GetCallerIdentity");
  expect(secretOf(secretId).policy).toContain(roleArn);
});

test("a role that may not be assumed is named", async () => {
  const roleArn = "arn:aws:iam::210987654321:role/opconnect";
  const ensuring = open({ roleArn }).ensureSecret({ name });
  await expect(ensuring).rejects.toMatchObject({ code: "STORE_ACCESS_DENIED" });
  await expect(ensuring).rejects.toThrow(roleArn);
  await expect(ensuring).rejects.toThrow("trust policy");
});

test("a profile gives region and credentials", async () => {
  const folder = await mkdtemp(join(tmpdir(), "opconnect-profile-"));
  try {
    const credentials = "aws_access_key_id = AKIAFIXTUREFIXTURE01\naws_secret_access_key = fixture";
    await writeFile(join(folder, "config"), `[profile acme]\nregion = eu-west-1\n${credentials}\n`);
    vi.stubEnv("AWS_CONFIG_FILE", join(folder, "config"));
    vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", join(folder, "none"));
    vi.stubEnv("AWS_ACCESS_KEY_ID", undefined);
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", undefined);
    const store = createSecretsManagerStore({ profile: "acme" });
    expect(await store.ensureSecret({ name })).toMatchObject({ outcome: "created" });
    const missing = createSecretsManagerStore({ profile: "missing", region });
    await expect(missing.ensureSecret({ name })).rejects.toMatchObject({
      code: "STORE_UNREACHABLE",
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("a deleted secret can be restored for as many days as asked for", async () => {
  const { secretId } = await open().ensureSecret({ name });
  await open({ recoveryWindowInDays: 7 }).deleteSecret(secretId);
  expect(secretOf(secretId)).toMatchObject({ isDeleted: true, recoveryWindowInDays: 7 });
  await open().ensureSecret({ name });
  await open().deleteSecret(secretId);
  expect(secretOf(secretId)).toMatchObject({ isDeleted: true, recoveryWindowInDays: 30 });
});

test("replicas go before the secret does", async () => {
  const store = open({ replicaRegions: ["us-east-1", "us-west-2"], recoveryWindowInDays: 0 });
  const { secretId } = await store.ensureSecret({ name });
  await store.deleteSecret(secretId);
  expect(fixture.secrets.size).toBe(0);
  expect(await store.ensureSecret({ name })).toMatchObject({ outcome: "created" });
});

test("a name that AWS has not let go of yet is waited for", async () => {
  const taken =
    "You can't create this secret because a secret with this name is already scheduled for deletion.";
  fixture.failures.set("CreateSecret", { type: "InvalidRequestException", message: taken });
  const ensuring = open({ settleDelayMs: 50 }).ensureSecret({ name });
  await vi.waitFor(() => expect(fixture.actions.length).toBeGreaterThan(4), { timeout: 10_000 });
  fixture.failures.clear();
  expect(await ensuring).toMatchObject({ outcome: "created" });
});

test("a key that does not exist is not waited for", async () => {
  const message = "Secrets Manager can't find the key.";
  fixture.failures.set("CreateSecret", { type: "ResourceNotFoundException", message });
  await expect(open().ensureSecret({ name })).rejects.toMatchObject({ code: "STORE_NOT_FOUND" });
  expect(fixture.actions).toEqual(["CreateSecret"]);
});

test("an earlier version without a label is told and restored while AWS has it", async () => {
  const { secretId } = await open().ensureSecret({ name });
  const tags = (value: string) => ({ "opconnect:fingerprint": value });

  const ours = { secretId, value: "fixture-1", tags: tags(fingerprint("fixture-1")) };
  const { versionId } = await open().write(ours);
  const secret = secretOf(secretId);
  for (const planted of ["planted-1", "planted-2"]) {
    secret.versions.set(planted, planted);
    secret.stages.set("AWSPREVIOUS", secret.stages.get("AWSCURRENT") ?? "");
    secret.stages.set("AWSCURRENT", planted);
  }
  const described = await open().describe(secretId);
  expect(described).toMatchObject({ versionId: "planted-2" });
  expect(described?.versionIds).toContain(versionId);
  expect(await open().restore(secretId, versionId)).toBe(true);
  expect(await open().read(secretId)).toMatchObject({ value: "fixture-1", versionId });
  secret.versions.delete("planted-1");
  expect(await open().restore(secretId, "planted-1")).toBe(false);
});

test("what was carried out although its answer was lost is not done twice", async () => {
  vi.stubEnv("AWS_MAX_ATTEMPTS", "3");
  fixture.lost.add("CreateSecret").add("PutSecretValue");
  const { secretId } = await open().ensureSecret({ name });
  expect(secretOf(secretId).tags).toEqual(new Map([["managed-by", "opconnect"]]));
  await open().write({ secretId, value: "fixture-1", tags: {} });
  expect(secretOf(secretId).versions.size).toBe(1);
  fixture.lost.add("PutSecretValue");
  expect(await open().writeLease(secretId, 1, "one")).toBe(true);
  fixture.lost.add("PutSecretValue");
  expect(await open().writeLease(secretId, 2, "one")).toBe(true);
  expect(await open().writeLease(secretId, 2, "other")).toBe(false);
});

test("a request that is throttled is repeated", async () => {
  vi.stubEnv("AWS_MAX_ATTEMPTS", "5");
  const { secretId } = await open().ensureSecret({ name });
  fixture.failures.set("DescribeSecret", { type: "ThrottlingException", message: "Rate exceeded" });
  const describing = open().describe(secretId);
  fixture.actions.length = 0;
  await vi.waitFor(() => expect(fixture.actions.length).toBeGreaterThan(1), { timeout: 10_000 });
  fixture.failures.clear();
  expect(await describing).toBeDefined();
});

test("a described secret costs one request, and none that could read a value", async () => {
  const { secretId } = await open().ensureSecret({ name });
  await open().write({ secretId, value: "fixture-1", tags: {} });
  fixture.actions.length = 0;
  await open().describe(secretId);
  expect(fixture.actions).toEqual(["DescribeSecret"]);
});

describe("somebody else's version with the lease's label", () => {
  let secretId: string;
  beforeEach(async () => {
    ({ secretId } = await open().ensureSecret({ name }));
    await open().write({ secretId, value: "fixture-1", tags: {} });
  });

  function plant(): void {
    const secret = secretOf(secretId);
    secret.versions.set("planted", '{"password":"fixture"}');
    secret.stages.set("opconnect:lease", "planted");
  }

  /** Runs the command that the error names. */
  async function runAsTold({ remedy }: ConnectError): Promise<void> {
    const words = /`aws secretsmanager (update-secret-version-stage .*)`/.exec(remedy)?.[1] ?? "";
    const told = (option: string) => new RegExp(`--${option} (\\S+)`).exec(words)?.[1];
    await new SecretsManager({ region, endpoint: fixture.url }).updateSecretVersionStage({
      SecretId: told("secret-id"),
      VersionStage: told("version-stage"),
      RemoveFromVersionId: told("remove-from-version-id"),
    });
  }

  test("is no lease, and is not quoted", async () => {
    plant();
    const reading = open().readLease(secretId);
    await expect(reading).rejects.toMatchObject({ code: "STORE_CONTENT_INVALID" });
    await expect(reading).rejects.not.toThrow("fixture");
  });

  test.each([0, 1, 7])("once taken off as told hinders nobody after %i leases", async (count) => {
    for (let sequence = 1; sequence <= count; sequence++) {
      await open().writeLease(secretId, sequence, `holder-${sequence}`);
    }
    plant();
    await open().readLease(secretId).catch(runAsTold);
    const { sequence, text } = await open().readLease(secretId);
    expect(sequence).toBe(count);
    expect(text).toBe(count === 0 ? undefined : `holder-${count}`);
    expect(await open().writeLease(secretId, count + 1, "next")).toBe(true);
    expect(await open().readLease(secretId)).toEqual({ sequence: count + 1, text: "next" });
  });
});

test("pages that lead in a circle are no answer", async () => {
  const { secretId } = await open().ensureSecret({ name });
  await open().write({ secretId, value: "fixture-1", tags: {} });
  const Versions: readonly object[] = [];
  fixture.answers.set("ListSecretVersionIds", { status: 200, body: { Versions, NextToken: "1" } });
  fixture.answers.set("ListSecrets", { status: 200, body: { SecretList: [], NextToken: "1" } });
  const circle = { code: "STORE_RESPONSE_INVALID" };
  await expect(open().restore(secretId, "f".repeat(36))).rejects.toMatchObject(circle);
  await expect(open().listSecrets()).rejects.toMatchObject(circle);
});
