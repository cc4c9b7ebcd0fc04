import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { isConnectError } from "@opconnect/core";
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  expect,
  onTestFinished,
  test,
  vi,
} from "vitest";
import {
  type FixtureSecretsManager,
  startSecretsManager,
} from "../../../fixtures/fakes/secrets-manager.ts";
import { describeCredentialStore } from "../../../fixtures/suites/credential-store-suite.ts";
import { createSecretsManagerStore } from "./store.ts";

// Loading the client takes long on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let fixture: FixtureSecretsManager;
const missing = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:missing-AbCd12";
const value = "FixtureSecretValue0123456789";

beforeAll(async () => {
  fixture = await startSecretsManager();
});

afterAll(() => fixture.close());

/** AWS itself, or what plays it, where the environment says so. */
const realEndpoint = process.env.OPCONNECT_TEST_AWS_ENDPOINT_URL;

function useEndpoint(url: string) {
  vi.stubEnv("AWS_ENDPOINT_URL", url);
  vi.stubEnv("AWS_REGION", undefined);
  vi.stubEnv("AWS_PROFILE", undefined);
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIAFIXTUREFIXTURE00");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "fixture");
  vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
  vi.stubEnv("AWS_MAX_ATTEMPTS", "1");
}

beforeEach(() => useEndpoint(fixture.url));

afterEach(() => {
  vi.unstubAllEnvs();
  fixture.failures.clear();
  fixture.answers.clear();
  fixture.actions.length = 0;
});

test("the time is that of AWS, however far off this machine's clock is", async () => {
  const store = createSecretsManagerStore({ region: "eu-central-1" });
  const now = Date.now();
  onTestFinished(() => void vi.useRealTimers());
  for (const ahead of [3 * 3_600_000, -3 * 3_600_000, 0]) {
    vi.useFakeTimers({ toFake: ["Date"], now: now + ahead });
    await store.listSecrets();
    expect(Math.abs((await store.now()).getTime() - now)).toBeLessThan(300_000);
  }
});

let count = 0;

async function createSecret(
  tags: Record<string, string>,
  Name = `opconnect/fixture/secret-${++count}`,
): Promise<string> {
  const client = new SecretsManagerClient({ region: "eu-central-1" });
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  const { ARN = "" } = await client.send(new CreateSecretCommand({ Name, Tags }));
  return ARN;
}

const endpoints = [
  "a stand-in of this test",
  ...(realEndpoint === undefined ? [] : [realEndpoint]),
];
for (const endpoint of endpoints) {
  describeCredentialStore(`AWS Secrets Manager at ${endpoint}`, async () => {
    useEndpoint(endpoint === realEndpoint ? realEndpoint : fixture.url);
    return {
      store: createSecretsManagerStore({ region: "eu-central-1" }),
      otherStore: createSecretsManagerStore({ region: "eu-central-1" }),
      createForeignSecret: async (name) => void (await createSecret({}, name)),
      missingSecretId: missing,
    };
  });
}

test.each([
  [40, []],
  [41, ["ListSecretVersionIds"]],
])("a write under the lease %i costs three requests, and %j", async (sequence, more) => {
  const store = createSecretsManagerStore();
  const secretId = await createSecret({});
  await store.writeLease(secretId, sequence, "held");
  fixture.actions.length = 0;
  await store.write({ secretId, value, tags: { "opconnect:schema": "1" } });
  expect(fixture.actions).toEqual(["PutSecretValue", "TagResource", "UntagResource", ...more]);
});

test.each([
  [79, 0],
  [80, 1],
])("with %i versions of one day a write warns of the limit %i times", async (count, times) => {
  const said = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const secretId = await createSecret({});
  const now = Date.now() / 1_000;
  const versions = Array.from({ length: count + 50 }, (_, index) => ({
    VersionId: `version-${index}`,
    CreatedDate: index < count ? now - 80_000 : now - 90_000,
  }));
  fixture.answers.set("ListSecretVersionIds", { status: 200, body: { Versions: versions } });
  await createSecretsManagerStore().write({ secretId, value, tags: {} });
  expect(said).toHaveBeenCalledTimes(times);
  if (times > 0) expect(said).toHaveBeenCalledWith(expect.stringMatching(/80 versions of one day/));
  said.mockRestore();
});

test.each([
  [
    "GetSecretValue",
    "AccessDeniedException",
    "User: arn:aws:sts::123456789012:assumed-role/ci/run is not authorized to perform: secretsmanager:GetSecretValue",
    "STORE_ACCESS_DENIED",
    "Allow secretsmanager:GetSecretValue",
  ],
  [
    "GetSecretValue",
    "AccessDeniedException",
    "Access to KMS is not allowed",
    "STORE_ACCESS_DENIED",
    "kms:Decrypt",
  ],
  [
    "GetSecretValue",
    "DecryptionFailure",
    "Secrets Manager can't decrypt the protected secret text using the provided KMS key.",
    "STORE_ACCESS_DENIED",
    "kms:Decrypt",
  ],
  [
    "GetSecretValue",
    "InvalidRequestException",
    "You can't perform this operation on the secret because it was marked for deletion.",
    "STORE_NOT_FOUND",
    "restore-secret",
  ],
  [
    "DescribeSecret",
    "AccessDeniedException",
    "User: fixture is not authorized to perform: secretsmanager:DescribeSecret",
    "STORE_ACCESS_DENIED",
    "Allow secretsmanager:DescribeSecret",
  ],
  [
    "DescribeSecret",
    "ExpiredTokenException",
    "The security token included in the request is expired",
    "STORE_UNREACHABLE",
    "AWS_PROFILE",
  ],
  [
    "DescribeSecret",
    "UnrecognizedClientException",
    "The security token included in the request is invalid.",
    "STORE_UNREACHABLE",
    "AWS_PROFILE",
  ],
  ["GetSecretValue", "ThrottlingException", "Rate exceeded", "STORE_RATE_LIMITED", "Wait"],
])("reading: %s answered by %s, %s", async (action, type, message, code, remedy) => {
  const secretId = await createSecret({});
  const store = createSecretsManagerStore();
  await store.write({ secretId, value, tags: {} });
  fixture.failures.set(action, { type, message });
  const reading = store.read(secretId);
  await expect(reading).rejects.toMatchObject({ code });
  await expect(reading).rejects.toThrow(remedy);
  await expect(reading).rejects.toThrow(message.replace(/\.$/, ""));
});

test("who takes a lease over from another process reads nothing older than that one wrote", async () => {
  const [one, other] = [await processStore(), await processStore()];
  const secretId = await createSecret({});
  await one.writeLease(secretId, 1, "held");
  const tags = { "opconnect:revision": "2" };
  const { versionId } = await one.write({ secretId, value, tags });
  await one.writeLease(secretId, 2, "free");
  expect(await other.readLease(secretId)).toEqual({ sequence: 2, text: "free" });
  const before = { ARN: secretId, Name: "fixture", Tags: [], VersionIdsToStages: {} };
  fixture.answers.set("DescribeSecret", { status: 200, body: before });
  setTimeout(() => fixture.answers.clear(), 600);
  expect(await other.describe(secretId)).toMatchObject({ versionId, tags });
});

test("who takes a lease over does not wait for what it has written over itself", async () => {
  const [one, other] = [await processStore(), await processStore()];
  const secretId = await createSecret({});
  const [former, present] = [{ "opconnect:holder-a": "1" }, { "opconnect:holder-a": "2" }];
  await one.tag(secretId, former);
  await one.writeLease(secretId, 1, "free");
  await other.tag(secretId, present);
  await other.readLease(secretId);
  fixture.actions.length = 0;
  expect(await other.describe(secretId)).toMatchObject({ tags: present });
  expect(fixture.actions).toEqual(["DescribeSecret"]);
});

test("what the holder of a lease wrote long ago may have been changed since", async () => {
  const [one, other] = [await processStore(), await processStore()];
  const secretId = await createSecret({});
  await one.tag(secretId, { "opconnect:revision": "1" });
  await one.writeLease(secretId, 1, "free");
  const secret = fixture.secrets.get(secretId);
  secret?.tags.set("opconnect:revision", "2");
  if (secret) secret.madeAt = Date.now() / 1000 - 600;
  await other.readLease(secretId);
  fixture.actions.length = 0;
  expect(await other.describe(secretId)).toMatchObject({ tags: { "opconnect:revision": "2" } });
  expect(fixture.actions).toEqual(["DescribeSecret"]);
});

/** A store as another process has it, which knows nothing of what this one wrote. */
async function processStore() {
  vi.resetModules();
  return (await import("./store.ts")).createSecretsManagerStore();
}

test("a look may be the last one for some seconds, as long as nothing is written here", async () => {
  const secretId = await createSecret({});
  const store = createSecretsManagerStore();
  const look = { mayBeRecent: true };
  await store.describe(secretId);
  fixture.actions.length = 0;
  await store.describe(secretId, look);
  await store.read(secretId, look);
  expect(fixture.actions).toEqual([]);
  await store.describe(secretId);
  expect(fixture.actions).toEqual(["DescribeSecret"]);
  await store.tag(secretId, { stage: "prod" });
  expect((await store.describe(secretId, look))?.tags).toEqual({ stage: "prod" });
  const now = vi.spyOn(performance, "now").mockReturnValue(performance.now() + 5_001);
  onTestFinished(() => now.mockRestore());
  fixture.actions.length = 0;
  await store.describe(secretId, look);
  expect(fixture.actions).toEqual(["DescribeSecret"]);
});

test("a secret that is scheduled for deletion is as good as gone", async () => {
  const secretId = await createSecret({});
  const secret = fixture.secrets.get(secretId);
  if (secret) secret.isDeleted = true;
  expect(await createSecretsManagerStore().describe(secretId)).toBeUndefined();
});

test.each(["PutSecretValue", "TagResource", "UntagResource"])(
  "a refused %s names the action and never the value",
  async (action) => {
    const secretId = await createSecret({});
    const message = `not authorized to perform: secretsmanager:${action} with ${value}`;
    fixture.failures.set(action, { type: "AccessDeniedException", message });
    const error = await createSecretsManagerStore()
      .write({ secretId, value: `${value}${value}`, tags: { "opconnect:schema": "1" } })
      .catch((caught: unknown) => caught);
    expect(isConnectError(error) && error.code).toBe("STORE_ACCESS_DENIED");
    expect(String(error)).toContain(`Allow secretsmanager:${action} on ${secretId}`);
    expect(String(error)).not.toContain(`${value}${value}`);
    expect(error).not.toHaveProperty("cause");
  },
);

test("an endpoint where nothing listens is unreachable", async () => {
  const secretId = await createSecret({});
  useEndpoint("http://127.0.0.1:9");
  const reading = createSecretsManagerStore().read(secretId);
  await expect(reading).rejects.toMatchObject({ code: "STORE_UNREACHABLE" });
  await expect(reading).rejects.toThrow("AWS_ENDPOINT_URL");
});

test("an endpoint that never answers is unreachable", async () => {
  const secretId = await createSecret({});
  fixture.failures.set("DescribeSecret", "never");
  const describing = createSecretsManagerStore({ timeoutMs: 200 }).describe(secretId);
  await expect(describing).rejects.toMatchObject({ code: "STORE_UNREACHABLE" });
});

test("without AWS credentials the store is unreachable", async () => {
  const secretId = await createSecret({});
  vi.stubEnv("AWS_ACCESS_KEY_ID", undefined);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", undefined);
  vi.stubEnv("AWS_CONFIG_FILE", "/nonexistent");
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent");
  const reading = createSecretsManagerStore().read(secretId);
  await expect(reading).rejects.toMatchObject({ code: "STORE_UNREACHABLE" });
  await expect(reading).rejects.toThrow("Provide AWS credentials");
});

test.each([
  ["by the store", { profile: "none" }],
  ["by AWS_PROFILE", {}],
])("a profile that is in no file, named %s, is told", async (_, named) => {
  const path = join(await mkdtemp(join(tmpdir(), "profiles-")), "config");
  onTestFinished(() => rm(dirname(path), { recursive: true }));
  await writeFile(path, "[default]\n[profile other]\nregion = eu-central-1\n");
  vi.stubEnv("AWS_ACCESS_KEY_ID", undefined);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", undefined);
  vi.stubEnv("AWS_CONFIG_FILE", path);
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent");
  vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
  vi.stubEnv("AWS_PROFILE", "none");
  const reading = createSecretsManagerStore({ region: "eu-central-1", ...named }).read("secret");
  await expect(reading).rejects.toMatchObject({ code: "STORE_UNREACHABLE" });
  await expect(reading).rejects.toThrow(
    `There is no AWS profile "none" in ${path} or /nonexistent.`,
  );
});

test("a list needs a region", async () => {
  vi.stubEnv("AWS_CONFIG_FILE", "/nonexistent");
  const listing = createSecretsManagerStore().listSecrets();
  await expect(listing).rejects.toMatchObject({ code: "STORE_UNREACHABLE" });
  await expect(listing).rejects.toThrow("Set AWS_REGION");
});

test("a secret named without a region needs one", async () => {
  vi.stubEnv("AWS_CONFIG_FILE", "/nonexistent");
  const reading = createSecretsManagerStore().read("opconnect/acme/prod/credentials");
  await expect(reading).rejects.toMatchObject({ code: "STORE_UNREACHABLE" });
  await expect(reading).rejects.toThrow("AWS_REGION");
});
