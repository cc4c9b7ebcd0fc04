import { randomInt } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetResourcePolicyCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { openStore } from "@opconnect/provision";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { describeCredentialStore } from "../../packages/provision/fixtures/suites/credential-store-suite.ts";
import { startMoodyStore } from "../harness/disturb/moody-store.ts";
import { rig } from "../harness/rig-lane.ts";
import type { LocalServer } from "../rig/processes/listen-locally.ts";
import { printProgress } from "../rig/progress.ts";
import { age } from "../rig/tools/catalog.ts";
import { ensureTool } from "../rig/tools/ensure-tool.ts";
import { findOnPath } from "../rig/tools/find-on-path.ts";

describe("Secrets Manager", () => {
  const client = () => new SecretsManagerClient({});
  const missing = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:missing-AbCd12";

  beforeAll(() => {
    const variables = Object.entries(rig.env).filter(([name]) => name.startsWith("AWS_"));
    for (const [name, value] of variables) vi.stubEnv(name, value);
  });
  afterAll(() => vi.unstubAllEnvs());

  describeCredentialStore("Secrets Manager of the rig", async () => ({
    store: openStore({ kind: "secrets-manager" }),
    otherStore: openStore({ kind: "secrets-manager" }),
    createForeignSecret: async (Name) =>
      void (await client().send(new CreateSecretCommand({ Name }))),
    missingSecretId: missing,
  }));

  describe("on a bad day", () => {
    let moody: LocalServer;
    const seed = Number(process.env.OPCONNECT_STORE_SEED ?? randomInt(1_000_000));

    beforeAll(async () => {
      process.stderr.write(`   a bad day of the store: OPCONNECT_STORE_SEED=${seed}\n`);
      moody = await startMoodyStore(rig, seed);
      vi.stubEnv("AWS_ENDPOINT_URL", moody.url);
    });
    afterAll(async () => {
      vi.stubEnv("AWS_ENDPOINT_URL", rig.env.AWS_ENDPOINT_URL);
      await moody.stop();
    });

    describeCredentialStore("Secrets Manager that lags and throttles", async () => ({
      store: openStore({ kind: "secrets-manager" }),
      otherStore: openStore({ kind: "secrets-manager" }),
      createForeignSecret: async (Name) =>
        void (await client().send(new CreateSecretCommand({ Name }))),
      missingSecretId: missing,
    }));

    test("who takes a lease over on another machine reads what its last holder wrote", async () => {
      // Each knows its own writes, as two processes do.
      const machine = async () => {
        vi.resetModules();
        const { openStore: open } = await import(
          "../../packages/provision/src/store/open-store.ts"
        );
        return open({ kind: "secrets-manager" });
      };
      const [one, other] = [await machine(), await machine()];
      const { secretId } = await one.ensureSecret({ name: "opconnect/stores/machines" });
      let [holder, next] = [one, other];
      for (let sequence = 1; sequence < 20; sequence += 2) {
        expect(await holder.writeLease(secretId, sequence, "held")).toBe(true);
        const tags = { "opconnect:minting": `${sequence}` };
        const { versionId } = await holder.write({ secretId, value: `value-${sequence}`, tags });
        expect(await holder.writeLease(secretId, sequence + 1, "free")).toBe(true);
        const seen = () => next.readLease(secretId).then((lease) => lease.sequence);
        await expect.poll(seen).toBe(sequence + 1);
        expect(await next.describe(secretId)).toMatchObject({ versionId, tags });
        expect(await next.read(secretId)).toMatchObject({ value: `value-${sequence}` });
        [holder, next] = [next, holder];
      }
    });

    test("a list shows what this process has made, written and deleted", async () => {
      const store = openStore({ kind: "secrets-manager" });
      for (const round of [1, 2, 3, 4, 5]) {
        const name = `opconnect/stores/listed-${round}`;
        const names = async () => (await store.listSecrets()).map(({ name }) => name);
        expect(await names()).not.toContain(name);
        const { secretId } = await store.ensureSecret({ name });
        expect(await names()).toContain(name);
        const { versionId } = await store.write({ secretId, value: "fixture", tags: {} });
        const listed = (await store.listSecrets()).find((each) => each.secretId === secretId);
        expect(listed).toMatchObject({ versionId });
        await store.deleteSecret(secretId);
        expect(await names()).not.toContain(name);
      }
    });
  });

  test("a value of 64 KiB and tags of 255 characters fit, and no more", async () => {
    const store = openStore({ kind: "secrets-manager" });
    const { secretId } = await store.ensureSecret({ name: "opconnect/stores/sizes" });
    const tags = { "opconnect:name": "ü".repeat(255) };
    await store.write({ secretId, value: "v".repeat(65_536), tags });
    expect((await store.read(secretId)).tags).toMatchObject(tags);
    const tooLong = store.write({ secretId, value: "v".repeat(65_537), tags });
    await expect(tooLong).rejects.toMatchObject({ code: "STORE_FAILED" });
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`t${index}`, "v"]));
    await expect(store.tag(secretId, many)).rejects.toMatchObject({ code: "STORE_FULL" });
  });

  test("a role of another account keeps the secrets there", async () => {
    const roleArn = "arn:aws:iam::210987654321:role/opconnect";
    const store = openStore({ kind: "secrets-manager", roleArn });
    const { secretId } = await store.ensureSecret({ name: "opconnect/stores/role" });
    expect(secretId).toContain(":210987654321:");
    await store.write({ secretId, value: "fixture-value-1", tags: {} });
    expect(await store.read(secretId)).toMatchObject({ value: "fixture-value-1" });
    const name = "opconnect/stores/role";
    expect(await openStore({ kind: "secrets-manager" }).describe(name)).toBeUndefined();
  });

  test("key, replicas, readers and description are brought into line, and replicas deleted", async () => {
    const name = "opconnect/stores/settings";
    const plain = openStore({ kind: "secrets-manager" });
    const { secretId } = await plain.ensureSecret({ name });
    await plain.write({ secretId, value: "fixture-value-1", tags: {} });
    const reader = "arn:aws:iam::123456789012:role/reader";
    const store = openStore({
      kind: "secrets-manager",
      kmsKeyId: "alias/opconnect",
      replicaRegions: ["us-east-1", "us-west-2"],
      readers: [reader],
    });
    const description = "made by the suite of stores";
    const ensured = await store.ensureSecret({ name, description });
    expect(ensured).toEqual({ secretId, outcome: "found" });
    const described = await client().send(new DescribeSecretCommand({ SecretId: secretId }));
    expect(described).toMatchObject({ KmsKeyId: "alias/opconnect", Description: description });
    expect(described.ReplicationStatus?.map(({ Region }) => Region)).toEqual([
      "us-east-1",
      "us-west-2",
    ]);
    const policy = await client().send(new GetResourcePolicyCommand({ SecretId: secretId }));
    expect(policy.ResourcePolicy).toContain(reader);
    expect(policy.ResourcePolicy).toMatch(/"Deny".*"secretsmanager:GetSecretValue"/);
    expect(await store.read(secretId)).toMatchObject({ value: "fixture-value-1" });
    await plain.ensureSecret({ name });
    const without = await client().send(new GetResourcePolicyCommand({ SecretId: secretId }));
    expect(without.ResourcePolicy).toBeUndefined();
    await store.deleteSecret(secretId);
    expect(await store.describe(secretId)).toBeUndefined();
    const restored = await store.ensureSecret({ name });
    expect(restored).toEqual({ secretId, outcome: "restored" });
    expect(await store.read(secretId)).toMatchObject({ value: "fixture-value-1" });
  });
});

describe("age files", () => {
  let folder: string;
  let secrets: string;
  let ageTool: string;
  let identityFile: string;
  let recipient: string;
  const open = () =>
    openStore({ kind: "age-file", folder: secrets, recipients: [recipient], identityFile });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "opconnect-stores-"));
    secrets = join(folder, "secrets");
    ageTool = findOnPath("age") ?? join(await ensureTool(age, printProgress()), "age");
    identityFile = join(folder, "identity");
    const identity = await generateX25519Identity();
    recipient = await identityToRecipient(identity);
    await writeFile(identityFile, `${identity}\n`, { mode: 0o600 });
  });
  afterAll(() => rm(folder, { recursive: true }));

  describeCredentialStore("age files", async () => ({
    store: open(),
    otherStore: open(),
    async createForeignSecret(name) {
      const path = join(secrets, `${name}.age.json`);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, JSON.stringify({ opconnect: "age-file", schema: 1, tags: {} }));
    },
    missingSecretId: "age:opconnect/missing",
  }));

  test("the age tool prints exactly the value", async () => {
    const value = '{\n  "fixture-value": "– two\\nlines"\n}\n';
    const { secretId } = await open().ensureSecret({ name: "opconnect/stores/tool" });
    await open().write({ secretId, value, tags: {} });
    const path = join(secrets, "opconnect/stores/tool.age");
    const options = { stripFinalNewline: false } as const;
    const printed = await execa(ageTool, ["--decrypt", "-i", identityFile, path], options);
    expect(printed.stdout).toBe(value);
    await open().write({ secretId, value: "fixture-value-2", tags: {} });
    const previous = ["--decrypt", "-i", identityFile, `${path}.previous`];
    expect((await execa(ageTool, previous, options)).stdout).toBe(value);
  });

  test("a file that the age tool wrote, armored or not, is taken over", async () => {
    for (const flag of ["--armor", undefined]) {
      const name = `opconnect/stores/by-hand${flag ?? ""}`;
      const args = ["--encrypt", ...(flag ? [flag] : []), "-r", recipient];
      await execa(ageTool, [...args, "-o", join(secrets, `${name}.age`)], {
        input: "fixture-value-by-hand",
      });
      const ensured = await open().ensureSecret({ name });
      expect(ensured.outcome).toBe("found");
      expect(await open().read(ensured.secretId)).toMatchObject({ value: "fixture-value-by-hand" });
    }
  });

  test("nothing that was stored is on the disk in clear", async () => {
    const entries = await readdir(secrets, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    expect(files.length).toBeGreaterThan(20);
    for (const { parentPath, name } of files) {
      expect(await readFile(join(parentPath, name), "latin1"), name).not.toMatch(/fixture-value/);
    }
  });
});
