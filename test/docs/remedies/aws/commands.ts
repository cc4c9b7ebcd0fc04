import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { execa } from "execa";
import { expect } from "vitest";
import { secretTemplates } from "../../../../packages/cli/src/adopt/secret-templates.ts";
import { startSecretsManager } from "../../../../packages/provision/fixtures/fakes/secrets-manager.ts";
import { findAccountToken } from "../../../../packages/provision/src/store/account-token.ts";
import { type StoreConfig, storeKindOf } from "../../../../packages/provision/src/store/kinds.ts";
import { openStore } from "../../../../packages/provision/src/store/open-store.ts";
import type { SecretsManagerConfig } from "../../../../packages/provision/src/store/secrets-manager/config.ts";
import { createSecretsManagerStore } from "../../../../packages/provision/src/store/secrets-manager/store.ts";
import { ageFolder, ageKeys } from "../age.ts";
import type { Remedies } from "../remedy.ts";

/** Secrets Manager where the commands of the AWS CLI that errors name are run. */
const secretsManager = await startSecretsManager();
const folder = await mkdtemp(join(tmpdir(), "opconnect-remedies-aws-"));
const standIn = join(import.meta.dirname, "stand-in.ts");
await writeFile(join(folder, "aws"), `#!/bin/sh\nexec "${process.execPath}" "${standIn}" "$@"\n`);
await chmod(join(folder, "aws"), 0o755);

export async function stopAws(): Promise<void> {
  await Promise.all([secretsManager.close(), rm(folder, { recursive: true })]);
}

const region = "eu-central-1";
const aws = {
  AWS_ENDPOINT_URL: secretsManager.url,
  AWS_ACCESS_KEY_ID: "AKIAFIXTUREFIXTURE00",
  AWS_SECRET_ACCESS_KEY: "fixture",
  AWS_MAX_ATTEMPTS: "1",
};

/** Runs the command that an error names, in a shell without a region of its own, or of another. */
export async function runTold(error: string, change: Readonly<Record<string, string>> = {}) {
  const [, command = ""] = /`((?:aws secretsmanager|mkdir|rm) [^`]+)`/.exec(error) ?? [];
  const env = { ...aws, PATH: `${folder}:${process.env.PATH}`, ...change };
  return (await execa("sh", ["-c", command], { env, extendEnv: false })).stdout;
}

function open(config: Partial<SecretsManagerConfig> = {}) {
  Object.assign(process.env, aws);
  return createSecretsManagerStore({ region, ...config });
}

/** A secret with a value, by its ARN. */
async function secretOf(name: string): Promise<string> {
  const { secretId } = await open().ensureSecret({ name });
  await open().write({ secretId, value: "fixture", tags: {} });
  return secretId;
}

const planted = "a".repeat(36);
const readers = ["arn:aws:iam::123456789012:role/ci"];
const elsewhere = { AWS_REGION: "us-east-1" };

/** Looks for the token of a service account where a secret was deleted. */
function accountToken(config: StoreConfig) {
  const name = "opconnect/told/account-token";
  return {
    says: "An admin brings it back, with what it held: `",
    async refused() {
      Object.assign(process.env, aws);
      const store = openStore(config);
      const { secretId } = await store.ensureSecret({ name });
      await store.write({ secretId, value: "fixture", tags: {} });
      await store.deleteSecret(secretId);
      await findAccountToken(config, name, store);
    },
    async mended(error: string) {
      await runTold(error, elsewhere);
      await findAccountToken(config, name, openStore(config));
    },
  };
}

/** Adopts the credentials in a secret of a name that no template makes. */
function adoption(config: StoreConfig) {
  const { copyCommand, secretIdOf } = storeKindOf(config);
  const [name, wanted] = ["onepassword", "opconnect/beta/prod/credentials"];
  const told = (credentialsSecret: string | undefined) =>
    secretTemplates(
      { client: "beta", environment: "prod" },
      { credentialsSecret, tokenSecrets: {} },
      { template: {}, copyCommand: (from, to) => copyCommand(config, from, to) },
    );
  return {
    says: "Copy the secret: `",
    async refused() {
      Object.assign(process.env, aws);
      const { secretId } = await openStore(config).ensureSecret({ name });
      await openStore(config).write({ secretId, value: "fixture", tags: {} });
      told(name);
    },
    async mended(error: string) {
      await runTold(error);
      expect(told(undefined)).toEqual({});
      expect((await openStore(config).read(secretIdOf(wanted))).value).toBe("fixture");
    },
  };
}

const profile = join(folder, "config");
const keys = "aws_access_key_id = AKIAFIXTUREFIXTURE00\naws_secret_access_key = fixture\n";
await writeFile(profile, `[profile office]\nregion = ${region}\n${keys}`);

/** Asks for a secret in a shell that has these variables of AWS and no others. */
async function ask(
  env: Readonly<Record<string, string>>,
  config: Partial<SecretsManagerConfig> = {},
) {
  for (const name of Object.keys(process.env))
    if (name.startsWith("AWS_")) delete process.env[name];
  const { AWS_ENDPOINT_URL, AWS_MAX_ATTEMPTS } = aws;
  const files = { AWS_CONFIG_FILE: profile, AWS_SHARED_CREDENTIALS_FILE: join(folder, "none") };
  const common = { AWS_ENDPOINT_URL, AWS_MAX_ATTEMPTS, AWS_EC2_METADATA_DISABLED: "true" };
  Object.assign(process.env, { ...common, ...files, ...env });
  await createSecretsManagerStore(config).describe("opconnect/beta/prod/missing");
}

const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = aws;
const withKeys = { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY };
const asking = (says: string, refused: () => unknown, mended: () => unknown) => ({
  says,
  refused,
  mended,
});
const noProfile = () => ask({ AWS_PROFILE: "offce", AWS_REGION: region });
const noCredentials = () => ask({ AWS_REGION: region });
const noRegion = () => ask(withKeys);

export const awsCommandRemedies: Remedies = {
  ARGUMENT_INVALID: [
    adoption({ kind: "secrets-manager", region }),
    adoption({ kind: "age-file", folder: join(ageFolder, "adopted"), ...ageKeys }),
  ],
  STORE_CONTENT_INVALID: [
    {
      says: "Take the label off with `aws secretsmanager update-secret-version-stage ",
      async refused() {
        const secretId = await secretOf("opconnect/told/labelled");
        const secret = secretsManager.secrets.get(secretId);
        secret?.versions.set(planted, "{}");
        secret?.stages.set("opconnect:lease", planted);
        await open().readLease(secretId);
      },
      async mended(error) {
        await runTold(error, elsewhere);
        await open().readLease("opconnect/told/labelled");
      },
    },
    {
      says: "Look at it with `aws secretsmanager get-resource-policy ",
      async refused() {
        const secret = secretsManager.secrets.get(await secretOf("opconnect/told/policy"));
        if (secret !== undefined) secret.policy = "{";
        await open({ readers }).ensureSecret({ name: "opconnect/told/policy" });
      },
      async mended(error) {
        expect(JSON.parse(await runTold(error, elsewhere))).toMatchObject({ ResourcePolicy: "{" });
        const corrected = { SecretId: "opconnect/told/policy", ResourcePolicy: "{}" };
        await new SecretsManager({ region }).putResourcePolicy(corrected);
        await open({ readers }).ensureSecret({ name: "opconnect/told/policy" });
      },
    },
  ],
  STORE_NOT_FOUND: [
    {
      says: "Bring it back with `aws secretsmanager restore-secret ",
      async refused() {
        const secretId = await secretOf("opconnect/told/deleted");
        await open().deleteSecret(secretId);
        await open().read(secretId);
      },
      async mended(error) {
        await runTold(error, elsewhere);
        await open().read("opconnect/told/deleted");
      },
    },
    accountToken({ kind: "secrets-manager", region }),
    accountToken({ kind: "age-file", folder: join(ageFolder, "account"), ...ageKeys }),
  ],
  STORE_FAILED: {
    says: "`aws secretsmanager describe-secret ",
    async refused() {
      const secretId = await secretOf("opconnect/told/failed");
      const failure = { type: "InternalServiceError", message: "An error occurred." };
      secretsManager.failures.set("TagResource", failure);
      await open().tag(secretId, { "opconnect:revision": "1" });
    },
    async mended(error) {
      secretsManager.failures.clear();
      expect(await runTold(error, elsewhere)).toContain("opconnect/told/failed");
      await open().tag("opconnect/told/failed", { "opconnect:revision": "1" });
    },
  },
  STORE_UNREACHABLE: [
    asking("Name one that `aws configure list-profiles` shows, by AWS_PROFILE", noProfile, () =>
      ask({ AWS_PROFILE: "office" }),
    ),
    asking("or as the store's profile", noProfile, () => ask({}, { profile: "office" })),
    asking("or leave it out", noProfile, () => ask({ ...withKeys, AWS_REGION: region })),
    asking("Provide AWS credentials that are still valid, e.g. AWS_PROFILE", noCredentials, () =>
      ask({ AWS_PROFILE: "office" }),
    ),
    asking("Set AWS_REGION", noRegion, () => ask({ ...withKeys, AWS_REGION: region })),
    asking("or `region` in the AWS profile", noRegion, () => ask({ AWS_PROFILE: "office" })),
    asking("programs also take `store: { region }`", noRegion, () => ask(withKeys, { region })),
  ],
};
