import { ConnectError } from "@opconnect/core";
import { type CredentialStore, encodeStoreTags } from "@opconnect/provision";
import { unknownValue } from "@pulumi/pulumi/runtime/rpc.js";
import { afterEach, describe, expect, test, vi } from "vitest";
import { createMemoryOp } from "../../../provision/fixtures/fakes/memory-op.ts";
import { createMemoryStore } from "../../../provision/fixtures/fakes/memory-store.ts";
import { check, work } from "./credential-secret.ts";
import { diffSecret } from "./property-diff.ts";

const findSecret = vi.fn<CredentialStore["findSecret"]>();
const systems = vi.hoisted(() => ({ ofDeletion: undefined as object | undefined }));
// Any other call of the store would fail.
vi.mock("./outside-systems.ts", () => ({
  systemsOf: () => systems.ofDeletion ?? { store: { findSecret } },
}));

afterEach(() => {
  findSecret.mockReset();
  systems.ofDeletion = undefined;
  vi.restoreAllMocks();
});

const roles = { updates: ["store", "description", "tags"], replaces: ["name"] };
const inputs = { name: "opconnect/acme/prod/credentials", store: { kind: "secrets-manager" } };
const secretId = "arn:aws:secretsmanager:eu-central-1:000000000000:secret:fixture-AbCdEf";
const isChanged = (news: object) => diffSecret(roles)({ ...inputs, secretId }, { ...news }).changes;

test("of a secret that stays, the id is known to a preview", async () => {
  findSecret.mockResolvedValue({ secretId, isDeleted: false });
  const news = { ...inputs, description: "another" };
  expect(await check(inputs, news, roles)).toEqual({ inputs: { ...news, secretId } });
  expect(findSecret).toHaveBeenCalledExactlyOnceWith(inputs.name);
});

test("a secret that is as it was is no change", async () => {
  findSecret.mockResolvedValue({ secretId, isDeleted: false });
  const { inputs: checked } = await check({ ...inputs, secretId }, inputs, roles);
  expect(isChanged({ ...checked })).toBe(false);
});

test.each([
  ["a tag of ours", { "opconnect:name": "x" }, "uses that tag itself"],
  ["a value that AWS takes of no tag", { team: "hunter2 \u{1f600}" }, 'value of the tag "team"'],
  ["a name that AWS takes of no tag", { "aws:team": "x" }, 'tag of the name "aws:team"'],
  ["too many", Object.fromEntries(Array.from({ length: 11 }, (_, at) => [at, "x"])), "11 tags"],
])("tags are refused at preview: %s", async (_, tags, reason) => {
  for (const olds of [{}, { ...inputs, secretId }]) {
    const { failures } = await check(olds, { ...inputs, tags }, roles);
    expect(failures).toEqual([{ property: "tags", reason: expect.stringContaining(reason) }]);
    expect(JSON.stringify(failures)).not.toContain("hunter2");
  }
  expect(findSecret).not.toHaveBeenCalled();
});

test("tags that are not known yet are left to the update", async () => {
  const news = { ...inputs, tags: { team: unknownValue } };
  expect(await check({}, news, roles)).toEqual({ inputs: news });
});

test.each([
  ["scheduled for deletion", { secretId, isDeleted: true }, { secretId }],
  ["gone", undefined, {}],
])("that a secret is %s shows as a change", async (lost, found, known) => {
  findSecret.mockResolvedValue(found);
  const { inputs: checked } = await check({ ...inputs, secretId }, inputs, roles);
  const reason = `The secret ${inputs.name} is ${lost}.`;
  expect(checked).toEqual({ ...inputs, ...known, lost: reason });
  expect(isChanged({ ...checked })).toBe(true);
});

test("another secret in the place of ours shows as a change", async () => {
  findSecret.mockResolvedValue({ secretId: `${secretId}-2`, isDeleted: false });
  const { inputs: checked } = await check({ ...inputs, secretId }, inputs, roles);
  expect(isChanged({ ...checked })).toBe(true);
});

test("in another store nothing is lost yet", async () => {
  findSecret.mockResolvedValue(undefined);
  const news = { ...inputs, store: { kind: "secrets-manager", region: "eu-west-1" } };
  expect(await check({ ...inputs, secretId }, news, roles)).toEqual({ inputs: news });
});

test.each([
  ["new", {}, inputs],
  ["replaced", inputs, { ...inputs, name: "another" }],
  ["in a store that is not known yet", inputs, { ...inputs, store: unknownValue }],
])("of a secret that is %s nothing is known", async (_, olds, news) => {
  expect(await check(olds, news, roles)).toEqual({ inputs: news });
  expect(findSecret).not.toHaveBeenCalled();
});

test("a store that cannot be asked holds nobody up, and the id once known is kept", async () => {
  findSecret.mockRejectedValue(new ConnectError("STORE_ACCESS_DENIED", "No.", "Allow it."));
  expect(await check(inputs, inputs, roles)).toEqual({ inputs });
  const { inputs: checked } = await check({ ...inputs, secretId }, inputs, roles);
  expect(checked).toEqual({ ...inputs, secretId });
  expect(isChanged(inputs)).toBe(false);
});

test("settings that no store takes are refused", async () => {
  const news = { ...inputs, store: { kind: "secrets-manager", recoveryWindowInDays: 3 } };
  expect(await check({}, news, roles)).toMatchObject({ failures: [{ property: "" }] });
});

describe("a secret that goes while a first minting into it is cut short", () => {
  const { name } = inputs;
  const state = { ...inputs, secretId: name };

  async function cutShort() {
    const [op, store] = [createMemoryOp(), createMemoryStore()];
    systems.ofDeletion = { op, store };
    await store.ensureSecret({ name });
    const announcement = { minting: [], announcedName: "acme-prod", announcedAt: new Date() };
    await store.tag(name, encodeStoreTags(announcement));
    await op.createServer({ name: "acme-prod", vaultIds: [], knownIds: [] });
    return { op, isGone: () => store.deleted.has(name) };
  }

  test("takes along what that has made in 1Password", async () => {
    const { op, isGone } = await cutShort();
    await work.delete?.(name, state);
    expect(op.servers).toMatchObject([{ state: "REVOKED" }]);
    expect(isGone()).toBe(true);
  });

  test("goes all the same where op is not at hand, and says what finds the rest", async () => {
    const said = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    const { op, isGone } = await cutShort();
    op.failures.set("listServers", new ConnectError("OP_NOT_INSTALLED", "No op.", ""));
    await work.delete?.(name, state);
    expect(isGone()).toBe(true);
    expect(said).toHaveBeenCalledExactlyOnceWith(expect.stringContaining("`opconnect orphans`"));
  });
});
