import { ConnectError } from "@opconnect/core";
import { encodeStoreTags, type SecretDescription } from "@opconnect/provision";
import { unknownValue } from "@pulumi/pulumi/runtime/rpc.js";
import { afterEach, expect, test, vi } from "vitest";
import { check } from "./vault.ts";

const describeSecret = vi.fn<(secretId: string) => Promise<SecretDescription | undefined>>();
// Any other call of store or op would fail.
vi.mock("./systems.ts", () => ({ systemsOf: () => ({ store: { describe: describeSecret } }) }));

afterEach(() => describeSecret.mockReset());

const roles = { updates: ["title"] };
const inputs = {
  title: "acme-prod-app",
  key: "app",
  store: { kind: "secrets-manager" },
  secretId: "arn:aws:secretsmanager:eu-central-1:000000000000:secret:fixture-AbCdEf",
};
const vaultId = "a".repeat(26);

test("of a vault that stays, the id that the store tells is known to a preview", async () => {
  const tags = encodeStoreTags({ vaults: [{ key: "app", id: vaultId, access: "read" }] });
  describeSecret.mockResolvedValue({ tags, versionIds: [] });
  const news = { ...inputs, title: "acme-prod-application" };
  expect(await check(inputs, news, roles)).toEqual({ inputs: { ...news, vaultId } });
});

test("an id once known is kept, and not asked for again", async () => {
  const checked = await check({ ...inputs, vaultId }, inputs, roles);
  expect(checked).toEqual({ inputs: { ...inputs, vaultId } });
  expect(describeSecret).not.toHaveBeenCalled();
});

test("of a new vault nothing is known", async () => {
  expect(await check({}, inputs, roles)).toEqual({ inputs });
  expect(describeSecret).not.toHaveBeenCalled();
});

test.each([
  ["no secret describes it", { title: "standalone" }],
  ["its secret is not known yet", { ...inputs, secretId: unknownValue }],
])("nothing is known of a vault where %s", async (_, vault) => {
  expect(await check(vault, vault, roles)).toEqual({ inputs: vault });
  expect(describeSecret).not.toHaveBeenCalled();
});

test("a store that does not know the vault, or cannot be asked, holds nobody up", async () => {
  describeSecret.mockResolvedValue({ tags: {}, versionIds: [] });
  expect(await check(inputs, inputs, roles)).toEqual({ inputs });
  describeSecret.mockRejectedValue(new ConnectError("STORE_ACCESS_DENIED", "No.", "Allow it."));
  expect(await check(inputs, inputs, roles)).toEqual({ inputs });
});
