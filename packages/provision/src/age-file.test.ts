import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { afterAll, beforeAll } from "vitest";
import { describeCredentialStore } from "../fixtures/credential-store-suite.ts";
import { createAgeFileStore } from "./age-file.ts";

let folder: string;
let identityFile: string;
let recipient: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "opconnect-age-"));
  identityFile = join(folder, "identity");
  const identity = await generateX25519Identity();
  recipient = await identityToRecipient(identity);
  await writeFile(identityFile, identity, { mode: 0o600 });
});
afterAll(() => rm(folder, { recursive: true }));

describeCredentialStore("age file", async () => {
  const secrets = join(folder, "secrets");
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
