import {
  appendFile,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fingerprint } from "@opconnect/core";
import { Encrypter, generateX25519Identity, identityToRecipient } from "age-encryption";
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  onTestFinished,
  test,
  vi,
} from "vitest";
import { describeCredentialStore } from "../../../fixtures/suites/credential-store-suite.ts";
import type { CredentialStore } from "../contract/credential-store.ts";
import { versionIdOf } from "../contract/version-id.ts";
import { type AgeFileOptions, createAgeFileStore } from "./store.ts";

const disk = vi.hoisted(() => ({ refusal: undefined as string | undefined }));
vi.mock("fs-native-extensions", async (original) => {
  const { tryLock } = await original<typeof import("fs-native-extensions")>();
  return {
    tryLock(fd: number) {
      if (disk.refusal === undefined) return tryLock(fd);
      throw Object.assign(new Error(disk.refusal), { code: disk.refusal });
    },
  };
});

let folder: string;
let identityFile: string;
let recipient: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "opconnect-age-"));
  ({ identityFile, recipient } = await createIdentity("own"));
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

async function createIdentity(name: string) {
  const identity = await generateX25519Identity();
  const file = join(folder, `identity-${name}`);
  await writeFile(file, `# made by a test\n${identity}\n`, { mode: 0o600 });
  return { identityFile: file, recipient: await identityToRecipient(identity), identity };
}

/** All files below a folder, with their content. */
async function contentOf(path: string): Promise<Map<string, string>> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const contents = await Promise.all(
    files.map(async (file) => {
      const found = join(file.parentPath, file.name);
      return [found, await readFile(found, "latin1")] as const;
    }),
  );
  return new Map(contents);
}

describe("as every store", () => {
  describeCredentialStore("age file", async () => {
    const secrets = join(folder, "suite");
    const options = { folder: secrets, recipients: [recipient], identityFile };
    return {
      store: createAgeFileStore(options),
      otherStore: createAgeFileStore(options),
      async createForeignSecret(name) {
        const path = join(secrets, `${name}.age.json`);
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, JSON.stringify({ opconnect: "age-file", schema: 1, tags: {} }));
      },
      missingSecretId: "age:opconnect/missing",
    };
  });

  test("nothing that it stored is on the disk in clear", async () => {
    const files = await contentOf(join(folder, "suite"));
    expect(files.size).toBeGreaterThan(20);
    expect([...files].filter(([, text]) => /fixture-value-|verifier/.test(text))).toEqual([]);
    expect([...files.keys()].filter((path) => /\.(lock|next|tmp)$/.test(path))).toEqual([]);
  });
});

describe("a secret in a folder", () => {
  const name = "opconnect/acme/prod/credentials";
  const secretId = `age:${name}`;
  const value = "fixture-value-1";
  let secrets: string;
  let path: string;
  let store: CredentialStore;
  let count = 0;
  const open = (options: Partial<AgeFileOptions> = {}) =>
    createAgeFileStore({ folder: secrets, recipients: [recipient], identityFile, ...options });
  const files = async () => (await readdir(dirname(path))).sort();

  beforeEach(async () => {
    secrets = join(folder, `secrets-${++count}`);
    path = join(secrets, `${name}.age`);
    store = open();
    await store.ensureSecret({ name });
    await store.write({ secretId, value, tags: { "opconnect:revision": "1" } });
  });

  test("is one encrypted file and one that describes it, the same on every machine", async () => {
    expect(await files()).toEqual(["credentials.age", "credentials.age.json"]);
    expect((await readFile(path, "utf8")).startsWith("age-encryption.org/v1\n")).toBe(true);
    const sha256 = expect.stringMatching(/^[0-9a-f]{64}$/);
    const versionId = versionIdOf(secretId, fingerprint(value));
    expect(JSON.parse(await readFile(`${path}.json`, "utf8"))).toEqual({
      opconnect: "age-file",
      schema: 1,
      tags: { "managed-by": "opconnect", "opconnect:revision": "1" },
      current: { versionId, sha256, recipients: [recipient] },
    });
  });

  test("can be read by this user alone", async () => {
    const modes = [path, `${path}.json`, secrets, dirname(path)].map(
      async (each) => (await stat(each)).mode & 0o777,
    );
    expect(await Promise.all(modes)).toEqual([0o600, 0o600, 0o700, 0o700]);
  });

  test("keeps what belongs to one machine out of Git, and the rules of others in it", async () => {
    const ignored = await readFile(join(secrets, ".gitignore"), "utf8");
    expect(ignored).toContain("*.age.lease\n");
    await writeFile(join(secrets, ".gitignore"), "of somebody else");
    await store.ensureSecret({ name });
    await store.ensureSecret({ name });
    expect(await readFile(join(secrets, ".gitignore"), "utf8")).toBe(
      `of somebody else\n${ignored}`,
    );
  });

  test("keeps what is announced of a minting out of Git until it is taken back", async () => {
    const before = await readFile(`${path}.json`, "utf8");
    // As a release left it that did not name all of these.
    await writeFile(join(secrets, ".gitignore"), "*.age.lease\n");
    const announced = { "opconnect:minting": "none", "opconnect:announced-name": "acme-prod" };
    await store.tag(secretId, announced);
    expect((await store.describe(secretId))?.tags).toMatchObject(announced);
    expect((await open().listSecrets())[0]?.tags).toMatchObject(announced);
    expect(await readFile(`${path}.json`, "utf8")).toEqual(before);
    expect(await readFile(join(secrets, ".gitignore"), "utf8")).toContain("*.age.minting\n");
    await store.write({ secretId, value: "fixture-value-2", tags: {} });
    expect((await store.describe(secretId))?.tags).toEqual({ "managed-by": "opconnect" });
    expect(await files()).not.toContain("credentials.age.minting");
  });

  test("stays the same file when the same value is written again", async () => {
    const before = await contentOf(secrets);
    await store.write({ secretId, value, tags: { "opconnect:revision": "1" } });
    expect(await contentOf(secrets)).toEqual(before);
  });

  test("is described, tagged, leased, listed and deleted without an identity", async () => {
    vi.stubEnv("OPCONNECT_AGE_IDENTITY_FILE", undefined);
    const blind = open({ identityFile: undefined });
    const versionId = versionIdOf(secretId, fingerprint(value));
    expect(await blind.describe(secretId)).toMatchObject({ versionId });
    await blind.tag(secretId, { "opconnect:rotate": "x" });
    expect(await blind.writeLease(secretId, 1, "fixture")).toBe(true);
    expect(await blind.listSecrets()).toMatchObject([{ name, secretId, versionId }]);
    const written = await blind.write({ secretId, value: "fixture-value-2", tags: {} });
    await blind.deleteSecret(secretId);
    await blind.ensureSecret({ name });
    expect(await store.read(secretId)).toMatchObject({ value: "fixture-value-2", ...written });
  });

  test("is read with the identity that the environment names", async () => {
    vi.stubEnv("OPCONNECT_AGE_IDENTITY_FILE", identityFile);
    expect(await open({ identityFile: undefined }).read(secretId)).toMatchObject({ value });
  });

  test("is encrypted again when the recipients change, in the version that it has", async () => {
    const other = await createIdentity("other");
    const reader = open({ identityFile: other.identityFile });
    await expect(reader.read(secretId)).rejects.toMatchObject({ code: "STORE_ACCESS_DENIED" });
    const before = await store.describe(secretId);
    const shared = open({ recipients: [recipient, other.recipient] });
    expect(await shared.ensureSecret({ name })).toEqual({ secretId, outcome: "found" });
    expect(await reader.read(secretId)).toMatchObject({ value });
    expect(await store.describe(secretId)).toEqual(before);
    const encrypted = await readFile(path);
    await shared.ensureSecret({ name });
    expect(await readFile(path)).toEqual(encrypted);
  });

  describe("that something else changed is refused, and nothing of it is changed:", () => {
    const changes: readonly (readonly [string, () => Promise<void>])[] = [
      ["a byte more", () => appendFile(path, "x")],
      ["a file of somebody else", async () => writeFile(path, await encrypted("fixture-planted"))],
      ["a file that is missing", () => rm(path)],
      [
        "another digest",
        async () => {
          const text = await readFile(`${path}.json`, "utf8");
          const changed = text.replace(/"sha256": "[0-9a-f]+"/, `"sha256": "${"0".repeat(64)}"`);
          await writeFile(`${path}.json`, changed);
        },
      ],
    ];

    async function encrypted(text: string) {
      const encrypter = new Encrypter();
      encrypter.addRecipient(recipient);
      return encrypter.encrypt(text);
    }

    test.each(changes)("%s", async (_, change) => {
      await change();
      const before = await contentOf(secrets);
      const tampered = { code: "STORE_TAMPERED" };
      await expect(store.read(secretId)).rejects.toMatchObject(tampered);
      await expect(store.read(secretId)).rejects.toThrow("git checkout");
      await expect(store.describe(secretId)).rejects.toMatchObject(tampered);
      const writing = store.write({ secretId, value: "fixture-value-2", tags: {} });
      await expect(writing).rejects.toMatchObject(tampered);
      expect(await contentOf(secrets)).toEqual(before);
    });

    test("a damaged file with the digest to go with it", async () => {
      const damaged = await readFile(path);
      damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 1;
      await rm(`${path}.json`);
      await writeFile(path, damaged);
      await expect(store.read(secretId)).rejects.toMatchObject({ code: "STORE_TAMPERED" });
    });

    test("a description that Git could not merge", async () => {
      await appendFile(`${path}.json`, "<<<<<<< HEAD\n");
      const content = { code: "STORE_CONTENT_INVALID" };
      await expect(store.read(secretId)).rejects.toMatchObject(content);
      await expect(store.tag(secretId, {})).rejects.toMatchObject(content);
    });

    test("a file made by hand is taken over, and never deleted", async () => {
      await writeFile(path, await encrypted("fixture-by-hand"));
      await rm(`${path}.json`);
      expect(await store.describe(secretId)).toMatchObject({ tags: {} });
      expect(await store.ensureSecret({ name })).toEqual({ secretId, outcome: "found" });
      expect(await store.read(secretId)).toMatchObject({ value: "fixture-by-hand" });
      await store.deleteSecret(secretId);
      expect(await store.read(secretId)).toMatchObject({ value: "fixture-by-hand" });
    });
  });

  describe("whose change was cut short", () => {
    const next = "fixture-value-2";
    const nextId = versionIdOf(secretId, fingerprint(next));

    test("before it counted holds the value before, and takes the next", async () => {
      await writeFile(`${path}.next`, "half a file");
      expect(await store.read(secretId)).toMatchObject({ value });
      await store.write({ secretId, value: next, tags: {} });
      expect(await store.read(secretId)).toMatchObject({ value: next, versionId: nextId });
    });

    test.each([
      ["before the files were renamed", false],
      ["between the two renames", true],
    ])("after it counted, %s, holds the new value", async (_, isHalfRenamed) => {
      const versionId = versionIdOf(secretId, fingerprint(value));
      await copyFile(path, `${path}.before`);
      await store.write({ secretId, value: next, tags: {} });
      await rename(path, `${path}.next`);
      await rename(`${path}.before`, isHalfRenamed ? `${path}.previous` : path);
      if (!isHalfRenamed) await rm(`${path}.previous`);
      const versionIds = [nextId, versionId];
      expect(await store.read(secretId)).toMatchObject({ value: next, versionId: nextId });
      // Git would not keep it.
      expect(await files()).not.toContain("credentials.age.next");
      expect(await store.describe(secretId)).toMatchObject({ versionId: nextId, versionIds });
      expect(await store.restore(secretId, versionId)).toBe(true);
      expect(await store.read(secretId)).toMatchObject({ value, versionId });
      expect(await store.restore(secretId, nextId)).toBe(true);
      expect(await store.read(secretId)).toMatchObject({ value: next });
      expect(await files()).toEqual([
        "credentials.age",
        "credentials.age.json",
        "credentials.age.previous",
      ]);
    });
  });

  test("of many changes at once keeps all", async () => {
    const keys = Array.from({ length: 12 }, (_, index) => `key-${index}`);
    await Promise.all(keys.map((key) => open().tag(secretId, { [key]: "set" })));
    expect(Object.keys((await store.describe(secretId))?.tags ?? {})).toEqual(
      expect.arrayContaining(keys),
    );
  });

  test("whose earlier version was not checked out has one version", async () => {
    await store.write({ secretId, value: "fixture-value-2", tags: {} });
    await rm(`${path}.previous`);
    expect((await store.describe(secretId))?.versionIds).toHaveLength(1);
    expect(await store.restore(secretId, versionIdOf(secretId, fingerprint(value)))).toBe(false);
  });

  test("keeps the last lease in one file, and gives no earlier one out again", async () => {
    for (let sequence = 1; sequence <= 4; sequence++) {
      expect(await store.writeLease(secretId, sequence, `holder-${sequence}`)).toBe(true);
    }
    expect((await files()).filter((file) => file.includes(".lease"))).toHaveLength(1);
    expect(await store.writeLease(secretId, 1, "late")).toBe(false);
    expect(await store.readLease(secretId)).toEqual({ sequence: 4, text: "holder-4" });
  });

  test.each(["ENOLCK", "ADDON_NOT_FOUND"])(
    "where locks say %s is refused in plain words",
    async (refusal) => {
      disk.refusal = refusal;
      onTestFinished(() => {
        disk.refusal = undefined;
      });
      const refused = store.tag(secretId, { "opconnect:rotate": "x" });
      await expect(refused).rejects.toMatchObject({ code: "STORE_FAILED" });
      await expect(refused).rejects.toThrow("cannot be locked here");
    },
  );
});

describe("what cannot be used is refused:", () => {
  const secretId = "age:acme";

  async function storeWith(identity: string): Promise<CredentialStore> {
    const file = join(folder, "identity-unusable");
    await writeFile(file, identity);
    const secrets = join(folder, "refused");
    const store = createAgeFileStore({
      folder: secrets,
      recipients: [recipient],
      identityFile: file,
    });
    await store.ensureSecret({ name: "acme" });
    await store.write({ secretId, value: "fixture-value-1", tags: {} });
    return store;
  }

  test.each([
    ["an empty identity file", ""],
    ["an identity with a passphrase", "age-encryption.org/v1\n-> scrypt fixture 18\n"],
    ["an identity of a plugin", "AGE-PLUGIN-FIXTURE-1QQQ"],
    ["half an identity", "AGE-SECRET-KEY-1FIXTUREFIXTUREFIXTURE"],
  ])("%s, without quoting it", async (_, identity) => {
    const error = await (await storeWith(identity)).read(secretId).catch((caught) => caught);
    expect(error).toMatchObject({ code: "STORE_ACCESS_DENIED" });
    expect(String(error)).not.toMatch(/fixture/i);
    expect(error).not.toHaveProperty("cause");
  });

  test("an identity file that is not there, or not named", async () => {
    vi.stubEnv("OPCONNECT_AGE_IDENTITY_FILE", "");
    await storeWith("");
    const options = { folder: join(folder, "refused"), recipients: [recipient] };
    for (const identity of [undefined, join(folder, "missing")]) {
      const reading = createAgeFileStore({ ...options, identityFile: identity }).read(secretId);
      await expect(reading).rejects.toMatchObject({ code: "STORE_ACCESS_DENIED" });
      await expect(reading).rejects.toThrow("OPCONNECT_AGE_IDENTITY_FILE");
    }
  });

  test.each([
    ["the identity itself", "AGE-SECRET-KEY-1FIXTURE7Q0QNK6ZJ6PS3Q"],
    ["anything else that is no path", "fixture-marker"],
    ["what is too long for a path", "fixture-marker/".repeat(2_000)],
  ])("%s in place of its file, without quoting it", async (_, identity) => {
    await storeWith("");
    vi.stubEnv("OPCONNECT_AGE_IDENTITY_FILE", identity);
    const store = createAgeFileStore({ folder: join(folder, "refused"), recipients: [recipient] });
    const error = await store.read(secretId).catch((caught) => caught);
    expect(error).toMatchObject({ code: "STORE_ACCESS_DENIED" });
    expect(String(error)).not.toMatch(/fixture/i);
  });

  test("a recipient with a typing error, before anything is written", async () => {
    const typo = recipient.replace(/.$/, (last) => (last === "q" ? "p" : "q"));
    const secrets = join(folder, "typo");
    const store = createAgeFileStore({ folder: secrets, recipients: [recipient, typo] });
    const ensuring = store.ensureSecret({ name: "acme" });
    await expect(ensuring).rejects.toMatchObject({ code: "ARGUMENT_INVALID" });
    await expect(ensuring).rejects.toThrow(typo);
    await expect(store.tag(secretId, {})).rejects.toMatchObject({ code: "ARGUMENT_INVALID" });
    await expect(readdir(secrets)).rejects.toThrow("ENOENT");
  });

  test.each(["../acme", "/acme", "a//b", ".git/config", "acme/..", "", "acme.age", "a\\b", "a\nb"])(
    "the name %j",
    async (name) => {
      const store = createAgeFileStore({ folder: join(folder, "names"), recipients: [recipient] });
      const invalid = { code: "ARGUMENT_INVALID" };
      await expect(store.ensureSecret({ name })).rejects.toMatchObject(invalid);
      await expect(store.read(`age:${name}`)).rejects.toMatchObject(invalid);
    },
  );

  test("the id of a secret in another kind of store", async () => {
    const arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:acme-AbCd12";
    const store = createAgeFileStore({ folder: join(folder, "names"), recipients: [recipient] });
    await expect(store.describe(arn)).rejects.toMatchObject({ code: "ARGUMENT_INVALID" });
  });

  test("a folder that is a file", async () => {
    const store = createAgeFileStore({ folder: identityFile, recipients: [recipient] });
    await expect(store.ensureSecret({ name: "acme" })).rejects.toMatchObject({
      code: "STORE_FAILED",
    });
    expect(await store.describe(secretId)).toBeUndefined();
  });
});
