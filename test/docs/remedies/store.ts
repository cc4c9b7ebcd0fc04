import {
  CreateSecretCommand,
  SecretsManagerClient,
  UntagResourceCommand,
} from "@aws-sdk/client-secrets-manager";
import { expect } from "vitest";
import { createMemoryOp } from "../../../packages/provision/fixtures/fakes/memory-op.ts";
import { createMemoryStore } from "../../../packages/provision/fixtures/fakes/memory-store.ts";
import { startSecretsManager } from "../../../packages/provision/fixtures/fakes/secrets-manager.ts";
import { withLease } from "../../../packages/provision/src/lease/with-lease.ts";
import { createSecretsManagerStore } from "../../../packages/provision/src/store/secrets-manager/store.ts";
import { refuseExcess } from "../../rig/secrets-manager/limits.ts";
import { startStoreProxy } from "../../rig/secrets-manager/store-proxy.ts";
import { runTold } from "./aws/commands.ts";
import type { Remedies, Remedy } from "./remedy.ts";

/** Secrets Manager that these remedies are tried on, with the limits of the real one. */
const secretsManager = await startSecretsManager();
const proxy = await startStoreProxy(secretsManager.url, refuseExcess(86_400_000));
const aws = {
  AWS_ENDPOINT_URL: proxy.url,
  AWS_REGION: "eu-central-1",
  AWS_ACCESS_KEY_ID: "AKIAFIXTUREFIXTURE00",
  AWS_SECRET_ACCESS_KEY: "fixture",
  AWS_MAX_ATTEMPTS: "1",
};

export async function stopSecretsManager(): Promise<void> {
  await Promise.all([proxy.stop(), secretsManager.close()]);
}

/** A store as it is opened with these variables of AWS. */
function open(change: Partial<typeof aws> = {}) {
  Object.assign(process.env, aws, change);
  return createSecretsManagerStore();
}

const look = async (change: Partial<typeof aws> = {}) =>
  void (await open(change).describe("opconnect/acme/prod/credentials"));

/** What AWS says at first, and no more afterwards. */
function passing(answer: () => void): Remedy {
  return {
    async refused() {
      answer();
      await look();
    },
    async mended() {
      secretsManager.failures.clear();
      secretsManager.answers.clear();
      await look();
    },
  };
}

const saying = (type: string, message: string) =>
  passing(() => secretsManager.failures.set("DescribeSecret", { type, message }));

let memory = createMemoryStore();
const mint = (waitMs: number) =>
  withLease({ op: createMemoryOp(), store: { ...memory } }, "secret", async () => undefined, {
    waitMs,
    pollMs: 5,
    report: () => {},
  });

export const storeRemedies: Remedies = {
  STORE_ACCESS_DENIED: {
    file: "test/e2e/bad-input.test.ts",
    test: [
      "that takes no value leaves no Connect server behind",
      "that lets all pass takes the environment, with the vaults of the refused attempts",
    ],
  },
  STORE_NOT_FOUND: [
    {
      refused: () => open().read("opconnect/remedies/missing"),
      async mended() {
        const { secretId } = await open().ensureSecret({ name: "opconnect/remedies/missing" });
        await open().write({ secretId, value: "fixture", tags: {} });
        await open().read(secretId);
      },
    },
    {
      file: "test/e2e/service-account.test.ts",
      test: [
        "a preview without a token fails with what an admin has to do, and nothing is made",
        "the operator is installed without Connect, with the token from the store and in no state",
      ],
    },
  ],
  STORE_UNREACHABLE: {
    refused: () => look({ AWS_ENDPOINT_URL: "http://127.0.0.1:9" }),
    mended: () => look(),
  },
  STORE_RATE_LIMITED: saying("ThrottlingException", "Rate exceeded"),
  STORE_FULL: {
    async refused() {
      const Tags = Array.from({ length: 50 }, (_, index) => ({ Key: `t${index}`, Value: "v" }));
      open();
      const client = new SecretsManagerClient({});
      await client.send(new CreateSecretCommand({ Name: "opconnect/remedies/full", Tags }));
      await open().tag("opconnect/remedies/full", { "opconnect:revision": "1" });
    },
    async mended(error) {
      const { Tags } = JSON.parse(await runTold(error, aws));
      const TagKeys = Object.values<{ Key: string }>(Tags).map(({ Key }) => Key);
      expect(TagKeys).toHaveLength(50);
      const SecretId = "opconnect/remedies/full";
      await new SecretsManagerClient({}).send(
        new UntagResourceCommand({ SecretId, TagKeys: TagKeys.slice(0, 10) }),
      );
      await open().tag(SecretId, { "opconnect:revision": "1" });
    },
  },
  STORE_CONTENT_INVALID: {
    file: "packages/provision/src/store/secrets-manager/secret.test.ts",
    test: [
      "is no lease, and is not quoted",
      "once taken off as told hinders nobody after %i leases",
    ],
  },
  STORE_TAMPERED: {
    file: "test/e2e/bad-minting-input.test.ts",
    test: "an age file that was tampered with is refused, and put back all is well",
  },
  STORE_RESPONSE_INVALID: passing(() =>
    secretsManager.answers.set("DescribeSecret", { status: 200, body: { ARN: 1 } }),
  ),
  STORE_BUSY: {
    async refused() {
      memory = createMemoryStore();
      const holder = { host: "elsewhere", table: "another", pid: 1, started: "", nonce: "theirs" };
      const text = JSON.stringify({ opconnect: "lease", ...holder, state: "held" });
      await memory.writeLease("secret", 1, text);
      await mint(20);
    },
    async mended() {
      const { text = "" } = await memory.readLease("secret");
      setTimeout(() => void memory.writeLease("secret", 2, text.replace("held", "free")), 50);
      await mint(60_000);
    },
  },
  STORE_FAILED: saying("InternalServiceError", "An error occurred on the server side."),
};
