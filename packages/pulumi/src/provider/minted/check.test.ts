import { ConnectError } from "@opconnect/core";
import { type CredentialStore, encodeStoreTags, type StoreTags } from "@opconnect/provision";
import { unknownValue } from "@pulumi/pulumi/runtime/rpc.js";
import { afterEach, expect, test, vi } from "vitest";
import { versionIdOf } from "../../../../provision/src/store/contract/version-id.ts";
import { diffMinted } from "../property-diff.ts";
import { check } from "./check.ts";

type SecretDescription = NonNullable<Awaited<ReturnType<CredentialStore["describe"]>>>;

const describeSecret = vi.fn<(secretId: string) => Promise<SecretDescription | undefined>>();
// Any other call of store or op would fail.
vi.mock("../outside-systems.ts", () => ({
  systemsOf: () => ({ store: { describe: describeSecret } }),
}));

afterEach(() => {
  vi.restoreAllMocks();
  describeSecret.mockReset();
});

const day = 86_400_000;
const secretId = "arn:aws:secretsmanager:eu-central-1:000000000000:secret:fixture-AbCdEf";
const inputs = { store: { kind: "secrets-manager" }, secretId, rotateAfter: "60d" };
const fingerprint = "f".repeat(64);
const versionId = versionIdOf(secretId, fingerprint);
const stored = { id: "tokenid", versionId, mintedAt: expect.any(String) };
const roles = { updates: ["store"], replaces: ["secretId", "revision", "rotation"] };

function description(ageDays: number, more: object = {}): SecretDescription {
  const mintedAt = new Date(Date.now() - ageDays * day);
  const tags = { name: "acme-prod-ci", tokenId: "tokenid", fingerprint, mintedAt, ...more };
  return { tags: encodeStoreTags(tags), versionId, versionIds: [versionId] };
}

test("a token that is not due comes with what the store holds, and nothing else", async () => {
  describeSecret.mockResolvedValue(description(10));
  expect(await check({}, inputs, roles)).toEqual({ inputs: { ...inputs, stored } });
});

test("a due rotation is the same with and without the old inputs, as the engine asks twice", async () => {
  describeSecret.mockResolvedValue(description(61));
  const { inputs: first } = await check({ ...inputs, rotation: undefined }, inputs, roles);
  expect(first).toMatchObject({
    rotation: { of: "tokenid", because: expect.stringContaining("rotateAfter 60d") },
  });
  expect((await check({}, inputs, roles)).inputs).toEqual(first);
});

test("a rotation carried out stays in the inputs until the next one is due", async () => {
  describeSecret.mockResolvedValue(description(1));
  const rotation = { of: "earlier", because: "it was asked for" };
  expect((await check({ ...inputs, rotation }, inputs, roles)).inputs).toMatchObject({ rotation });
  describeSecret.mockResolvedValue(description(61));
  expect((await check({ ...inputs, rotation }, inputs, roles)).inputs).toMatchObject({
    rotation: { of: "tokenid" },
  });
});

test("a secret that is not known yet is not looked at, and what it holds is not known either", async () => {
  const unknown = { ...inputs, secretId: unknownValue };
  expect(await check({}, unknown, roles)).toEqual({ inputs: { ...unknown, stored: unknownValue } });
  expect(describeSecret).not.toHaveBeenCalled();
});

test("a store that cannot be asked holds nobody up, and is told in one line", async () => {
  const said = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const failure = new ConnectError("STORE_ACCESS_DENIED", "AWS refuses.", "Allow it.");
  describeSecret.mockRejectedValue(failure);
  const rotation = { of: "earlier", because: "it was asked for" };
  const checked = await check({ ...inputs, rotation, stored }, inputs, roles);
  expect(checked).toEqual({ inputs: { ...inputs, rotation } });
  await check({}, inputs, roles);
  expect(said).toHaveBeenCalledOnce();
});

test("a token in its last two weeks is warned about, once", async () => {
  const said = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  describeSecret.mockResolvedValue(
    description(1, { expiresAt: new Date(Date.now() + 15.5 * day) }),
  );
  await check({}, inputs, roles);
  expect(said).not.toHaveBeenCalled();
  describeSecret.mockResolvedValue(
    description(1, { expiresAt: new Date(Date.now() + 10.5 * day) }),
  );
  await check({}, inputs, roles);
  await check({}, inputs, roles);
  expect(said).toHaveBeenCalledExactlyOnceWith(
    expect.stringMatching(/"acme-prod-ci" expires on .* in 10 days.* unless `rotateAfter` does/),
  );
  const { rotateAfter: _, ...unlimited } = inputs;
  await check({}, unlimited, roles);
  expect(said).toHaveBeenLastCalledWith(
    expect.stringMatching(/ in 10 days.* or set `rotateAfter`\.\s$/),
  );
});

test("of a token that stays, the outputs are known to a preview", async () => {
  const expiresAt = new Date(Date.now() + 80 * day);
  describeSecret.mockResolvedValue(description(10, { expiresAt }));
  const { inputs: checked } = await check(inputs, inputs, roles);
  expect(checked).toEqual({
    ...inputs,
    stored,
    fingerprint,
    expiresAt: expiresAt.toISOString(),
  });
});

test("of a server that stays, the outputs are known to a preview", async () => {
  const tags = encodeStoreTags({ serverId: "SERVERID", fingerprint });
  describeSecret.mockResolvedValue({ tags, versionId, versionIds: [versionId] });
  const { rotateAfter: _, ...server } = inputs;
  const { inputs: checked } = await check(server, server, roles);
  expect(checked).toEqual({ ...server, stored: { id: "SERVERID", versionId }, fingerprint });
});

test("of one that is replaced or new, no output is known to a preview", async () => {
  describeSecret.mockResolvedValue(description(10));
  const replaced = await check({ ...inputs, revision: 1 }, { ...inputs, revision: 2 }, roles);
  expect(replaced.inputs).not.toHaveProperty("fingerprint");
  expect((await check({}, inputs, roles)).inputs).not.toHaveProperty("fingerprint");
});

test("a server comes with its name in the store only where that is another one", async () => {
  const of = { name: "acme prod (EU)", tokenId: "", serverId: "serverid" };
  describeSecret.mockResolvedValue(description(1, of));
  const checked = async (name: string) =>
    (await check({}, { ...inputs, name }, roles)).inputs.stored;
  expect(await checked("acme prod (EU)")).toEqual({ ...stored, id: "serverid" });
  const former = { ...stored, id: "serverid", name: "acme prod _EU_" };
  expect(await checked("acme-two")).toEqual(former);
});

test("a server whose grants were changed by halves shows as a change", async () => {
  describeSecret.mockResolvedValue(
    description(1, { tokenId: "", serverId: "id", granting: "true" }),
  );
  const { inputs: checked } = await check(inputs, inputs, roles);
  const state = { ...inputs, serverId: "id", versionId };
  expect(diffMinted(roles, "serverId")(state, { ...checked })).toEqual({
    changes: true,
    replaces: [],
  });
});

test("a server whose grants are others by the store than by the state shows as a change", async () => {
  const vault = (key: string) => ({ key, id: key.repeat(26), access: "read" as const });
  const server = { ...inputs, vaults: [vault("a"), vault("b")] };
  const mintedAt = new Date();
  const state = { ...server, serverId: "id", versionId };
  const diffed = async (vaults: StoreTags["vaults"], news: object = server) => {
    const of = { tokenId: "", serverId: "id", vaults, mintedAt };
    describeSecret.mockResolvedValue(description(1, of));
    const { inputs: checked } = await check(server, { ...server, ...news }, roles);
    return { ...diffMinted(roles, "serverId")(state, { ...checked }), stored: checked?.stored };
  };
  const changed = { changes: true, replaces: [] };
  expect(await diffed([vault("b"), vault("a")])).toMatchObject({
    changes: false,
    stored: { id: "id", versionId },
  });
  expect(await diffed([vault("a")])).toMatchObject(changed);
  expect(await diffed([...server.vaults, vault("c")])).toMatchObject(changed);
  // What a preview cannot know yet makes no difference, or the update would differ from its plan.
  const { stored: known } = await diffed([vault("a")], { vaults: [vault("a"), vault("c")] });
  expect(await diffed([vault("a")], { vaults: unknownValue })).toHaveProperty("stored", known);
});

test.each([
  ["a token that is there", { ...inputs, revision: 2 }],
  ["one that is to be adopted", {}],
])("a revision lower than the store's is refused at preview, of %s", async (_, olds) => {
  describeSecret.mockResolvedValue(description(1, { revision: 2 }));
  const { failures } = await check(olds, { ...inputs, revision: 1 }, roles);
  expect(failures).toEqual([
    {
      property: "revision",
      reason: expect.stringMatching(/holds revision 2 of "acme-prod-ci".*`revision: 2`/),
    },
  ]);
  expect(await check(olds, { ...inputs, revision: 2 }, roles)).not.toHaveProperty("failures");
  // Of what was deleted the revision counts no more.
  describeSecret.mockResolvedValue(description(1, { revision: 2, fingerprint: "" }));
  expect(await check({}, { ...inputs, revision: 1 }, roles)).not.toHaveProperty("failures");
});

test("a minting that did not come to its end shows as a change, and is said", async () => {
  const said = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  describeSecret.mockResolvedValue(description(1, { minting: ["tokenid"] }));
  const { inputs: checked } = await check(inputs, { ...inputs, stack: "acme-prod" }, roles);
  const state = { ...inputs, tokenId: "tokenid", versionId };
  expect(diffMinted(roles, "tokenId")(state, { ...checked })).toMatchObject({ changes: true });
  expect(said).toHaveBeenCalledExactlyOnceWith(
    expect.stringMatching(/Unless another run is at it now, `pulumi up --stack acme-prod`/),
  );
});

test.each([
  ["whose secret is gone", undefined, "secret", { changes: true, replaces: [] }],
  [
    "whose secret is empty",
    { tags: {}, versionIds: [] },
    "value",
    { changes: true, replaces: ["stored"] },
  ],
  [
    "whose deletion was begun, and did not come to its end",
    description(1, { deleting: "tokenid" }),
    "value",
    { changes: true, replaces: ["stored"] },
  ],
  [
    "whose value is marked as of no use",
    {
      tags: encodeStoreTags({ tokenId: "tokenid", retired: fingerprint }),
      versionId,
      versionIds: [versionId],
    },
    "value",
    { changes: true, replaces: ["stored"] },
  ],
])("a token %s shows as a change", async (_, found, lost, diff) => {
  describeSecret.mockResolvedValue(found);
  const { inputs: checked } = await check({ ...inputs, stored }, inputs, roles);
  expect(checked).toMatchObject({ stored: { lost, because: expect.stringContaining(secretId) } });
  const state = { ...inputs, tokenId: "tokenid", versionId };
  expect(diffMinted(roles, "tokenId")(state, { ...checked })).toEqual(diff);
  // Of one that is made anew nothing is lost.
  expect((await check({}, inputs, roles)).inputs).not.toHaveProperty("stored");
});
