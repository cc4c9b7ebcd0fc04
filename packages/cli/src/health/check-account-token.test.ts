import { ConnectError } from "@opconnect/core";
import { beforeEach, expect, test } from "vitest";
import {
  createMemoryStore,
  type MemoryStore,
} from "../../../provision/fixtures/fakes/memory-store.ts";
import { checkAccountToken } from "./check-account-token.ts";

const secret = "opconnect/acme/prod/account-token";

let store: MemoryStore;
let versionId: string;
beforeEach(async () => {
  store = createMemoryStore({ isStrict: true });
  await store.ensureSecret({ name: secret });
  ({ versionId } = await store.write({ secretId: secret, value: "fixture", tags: {} }));
});

const check = () => {
  const config = { kind: "secrets-manager" } as const;
  const token = { secret, secretId: secret, versionId, fingerprint: "deployed", store: config };
  return checkAccountToken(token, () => store);
};

test("the token that was deployed is told by its version, and not read", async () => {
  expect(await check()).toEqual({
    result: {
      ...{ check: "account-token", subject: secret, status: "ok" },
      happened: "It is stored, in the version that was deployed.",
    },
    fingerprint: "deployed",
  });
  expect(store.calls).not.toContain("read");
});

test("another token in the store is one that the cluster did not get", async () => {
  await store.write({ secretId: secret, value: "another", tags: {} });
  expect(await check()).toMatchObject({
    result: { status: "failed", happened: expect.stringContaining("another token by now") },
    fingerprint: "",
  });
});

test("a secret that was deleted is wrong, with the way back, and counts for seen", async () => {
  await store.deleteSecret(secret);
  const { result } = await check();
  expect(result).toMatchObject({
    status: "failed",
    remedy: expect.stringContaining("aws secretsmanager restore-secret"),
  });
  expect(result).not.toHaveProperty("code");
});

test("a store that may not be asked is told by its code", async () => {
  store.failures.set("findSecret", new ConnectError("STORE_ACCESS_DENIED", "No.", "Ask."));
  expect((await check()).result).toMatchObject({ code: "STORE_ACCESS_DENIED" });
});
