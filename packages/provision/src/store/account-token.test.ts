import { beforeEach, expect, test } from "vitest";
import { createMemoryStore, type MemoryStore } from "../../fixtures/fakes/memory-store.ts";
import { findAccountToken } from "./account-token.ts";
import type { StoreConfig } from "./kinds.ts";

const secret = "opconnect/acme/prod/account-token";
const aws: StoreConfig = { kind: "secrets-manager", region: "eu-central-1" };
const age: StoreConfig = {
  kind: "age-file",
  folder: "keys",
  recipients: [`age1${"q".repeat(58)}`],
};

let store: MemoryStore;
beforeEach(() => {
  store = createMemoryStore({ isStrict: true });
});

const found = (config: StoreConfig = aws, named = secret) => findAccountToken(config, named, store);

test("a token is found by its version, and its value not read", async () => {
  await store.ensureSecret({ name: secret });
  const { versionId } = await store.write({ secretId: secret, value: "fixture", tags: {} });
  expect(await found()).toEqual({ secretId: secret, versionId });
  expect(await found(age, `age:${secret}`)).toEqual({ secretId: secret, versionId });
  expect(store.calls).not.toContain("read");
});

test.each([
  [aws, "create-secret --name", "put-secret-value --secret-id"],
  [age, "age --encrypt", "age --encrypt"],
])("what an admin puts into %j depends on whether there is a secret", async (config, ...told) => {
  const [intoNone, intoEmpty] = told;
  await expect(found(config)).rejects.toThrow(intoNone);
  await store.ensureSecret({ name: secret });
  await expect(found(config)).rejects.toThrow(intoEmpty);
});

test.each([
  [aws, `aws secretsmanager restore-secret --secret-id ${secret} --region eu-central-1`],
  [age, `rm keys/${secret}.age.json`],
])("a secret of %j that is about to be deleted is brought back first", async (config, restore) => {
  await store.ensureSecret({ name: secret });
  await store.write({ secretId: secret, value: "fixture", tags: {} });
  await store.deleteSecret(secret);
  const refused = await found(config).catch(String);
  expect(refused).toContain("is about to be deleted. An admin brings it back");
  expect(refused).toContain(`\`${restore}\``);
  expect(refused).not.toContain("create-secret");
});
