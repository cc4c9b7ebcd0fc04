import { mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fingerprint } from "@opconnect/core";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { untilKilled } from "../../../fixtures/fakes/mortal-files.ts";
import type { CredentialStore } from "../contract/credential-store.ts";
import { versionIdOf } from "../contract/version-id.ts";
import { type AgeFileOptions, createAgeFileStore } from "./store.ts";

vi.mock("node:fs/promises", async (importReal) => {
  const { mortalFiles } = await import("../../../fixtures/fakes/mortal-files.ts");
  return mortalFiles(await importReal());
});

let folder: string;
let options: AgeFileOptions;
let moreRecipients: readonly string[];
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "opconnect-age-"));
  const [identity, other] = [await generateX25519Identity(), await generateX25519Identity()];
  const identityFile = join(folder, "identity");
  await writeFile(identityFile, identity, { mode: 0o600 });
  const recipients = [await identityToRecipient(identity)];
  moreRecipients = [...recipients, await identityToRecipient(other)];
  options = { folder, recipients, identityFile };
});
afterAll(() => rm(folder, { recursive: true }));

const secretId = "age:acme";
const values = ["fixture-value-1", "fixture-value-2"] as const;
const [firstId, secondId] = values.map((value) => versionIdOf(secretId, fingerprint(value)));

interface Scenario {
  readonly name: string;
  /** Values written before. */
  readonly values: readonly string[];
  readonly recipients?: () => readonly string[];
  readonly work: (store: CredentialStore) => Promise<unknown>;
  /** Version that is current in the end. */
  readonly expected: string | undefined;
}

const scenarios: readonly Scenario[] = [
  {
    name: "creating a secret",
    values: [],
    work: (store) => store.ensureSecret({ name: "acme" }),
    expected: undefined,
  },
  {
    name: "writing the first value",
    values: [],
    work: async (store) => {
      await store.ensureSecret({ name: "acme" });
      await store.write({ secretId, value: values[0], tags: { "opconnect:revision": "1" } });
    },
    expected: firstId,
  },
  {
    name: "writing the next value",
    values: [values[0]],
    work: (store) => store.write({ secretId, value: values[1], tags: {} }),
    expected: secondId,
  },
  {
    name: "restoring the value before",
    values,
    work: (store) => store.restore(secretId, firstId ?? ""),
    expected: firstId,
  },
  {
    name: "changing the recipients",
    values,
    recipients: () => moreRecipients,
    work: (store) => store.ensureSecret({ name: "acme" }),
    expected: secondId,
  },
  {
    name: "writing a lease",
    values,
    work: (store) => store.writeLease(secretId, 1, "fixture-holder"),
    expected: secondId,
  },
  {
    name: "deleting and restoring a secret",
    values,
    work: async (store) => {
      await store.deleteSecret(secretId);
      await store.ensureSecret({ name: "acme" });
    },
    expected: secondId,
  },
];

describe.each(scenarios)("$name", (scenario) => {
  async function prepare(): Promise<CredentialStore> {
    const own = { ...options, folder: join(folder, `killed-${++count}`) };
    const store = createAgeFileStore(own);
    if (scenario.values.length > 0) await store.ensureSecret({ name: "acme" });
    for (const value of scenario.values) await store.write({ secretId, value, tags: {} });
    const { recipients = () => own.recipients } = scenario;
    return createAgeFileStore({ ...own, recipients: recipients() });
  }

  test("killed at any call leaves a whole secret, and ends in the same place when run again", async () => {
    const untouched = await prepare();
    const calls = await untilKilled(0, () => scenario.work(untouched));
    expect(calls).toBeGreaterThan(4);
    for (let killAt = 1; killAt <= calls; killAt++) {
      const store = await prepare();
      expect(await untilKilled(killAt, () => scenario.work(store))).toBe(killAt);
      const isThere = (await store.describe(secretId)) !== undefined;
      const { value } = isThere ? await store.read(secretId) : {};
      if (value !== undefined) expect(values, `killed at ${killAt}`).toContain(value);
      await scenario.work(store);
      const described = await store.describe(secretId);
      expect(described?.versionId, `killed at ${killAt}`).toBe(scenario.expected);
      const next = "fixture-value-3";
      await store.write({ secretId, value: next, tags: {} });
      expect(await store.read(secretId), `killed at ${killAt}`).toMatchObject({ value: next });
    }
  });
});

test("also a look that reads no value puts in place what was cut short", async () => {
  const own = { ...options, folder: join(folder, `killed-${++count}`) };
  const store = createAgeFileStore(own);
  await store.ensureSecret({ name: "acme" });
  for (const value of values) await store.write({ secretId, value, tags: {} });
  const file = join(own.folder, "acme.age");
  const whole = await readFile(file, "latin1");
  // As it is before the last two changes of names.
  await rename(file, `${file}.next`);
  await rename(`${file}.previous`, file);
  expect(await store.describe(secretId)).toMatchObject({ versionId: secondId });
  expect((await readFile(file, "latin1")) === whole).toBe(true);
  expect((await readdir(own.folder)).filter((name) => name.startsWith("acme"))).toEqual([
    "acme.age",
    "acme.age.json",
    "acme.age.previous",
  ]);
});

test("whatever was killed left nothing on the disk in clear", async () => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  expect(files.length).toBeGreaterThan(100);
  const readable = [];
  for (const { parentPath, name } of files) {
    const text = await readFile(join(parentPath, name), "latin1");
    if (text.includes("fixture-value")) readable.push(name);
  }
  expect(readable).toEqual([]);
});
