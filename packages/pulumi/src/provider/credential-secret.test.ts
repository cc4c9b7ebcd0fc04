import { ConnectError } from "@opconnect/core";
import { unknownValue } from "@pulumi/pulumi/runtime/rpc.js";
import { afterEach, expect, test, vi } from "vitest";
import { check } from "./credential-secret.ts";

const findSecret = vi.fn<(name: string) => Promise<string | undefined>>();
// Any other call of the store would fail.
vi.mock("./outside-systems.ts", () => ({ systemsOf: () => ({ store: { findSecret } }) }));

afterEach(() => findSecret.mockReset());

const roles = { updates: ["store", "description", "tags"], replaces: ["name"] };
const inputs = { name: "opconnect/acme/prod/credentials", store: { kind: "secrets-manager" } };
const secretId = "arn:aws:secretsmanager:eu-central-1:000000000000:secret:fixture-AbCdEf";

test("of a secret that stays, the id is known to a preview", async () => {
  findSecret.mockResolvedValue(secretId);
  const news = { ...inputs, description: "another" };
  expect(await check(inputs, news, roles)).toEqual({ inputs: { ...news, secretId } });
  expect(findSecret).toHaveBeenCalledExactlyOnceWith(inputs.name);
});

test("an id once known is kept, and not asked for again", async () => {
  const checked = await check({ ...inputs, secretId }, inputs, roles);
  expect(checked).toEqual({ inputs: { ...inputs, secretId } });
  expect(findSecret).not.toHaveBeenCalled();
});

test("other settings of the store may lead to another secret, so that is asked for again", async () => {
  findSecret.mockResolvedValue(undefined);
  const news = { ...inputs, store: { kind: "secrets-manager", region: "eu-west-1" } };
  expect(await check({ ...inputs, secretId }, news, roles)).toEqual({ inputs: news });
  expect(findSecret).toHaveBeenCalledOnce();
});

test.each([
  ["new", {}, inputs],
  ["replaced", inputs, { ...inputs, name: "another" }],
  ["in a store that is not known yet", inputs, { ...inputs, store: unknownValue }],
])("of a secret that is %s nothing is known", async (_, olds, news) => {
  expect(await check(olds, news, roles)).toEqual({ inputs: news });
  expect(findSecret).not.toHaveBeenCalled();
});

test("a store that cannot be asked holds nobody up", async () => {
  findSecret.mockRejectedValue(new ConnectError("STORE_ACCESS_DENIED", "No.", "Allow it."));
  expect(await check(inputs, inputs, roles)).toEqual({ inputs });
});

test("settings that no store takes are refused", async () => {
  const news = { ...inputs, store: { kind: "secrets-manager", recoveryWindowInDays: 3 } };
  expect(await check({}, news, roles)).toMatchObject({ failures: [{ property: "store" }] });
});
