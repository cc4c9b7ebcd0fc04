import { type CredentialStore, encodeStoreTags } from "@opconnect/provision";
import { unknownValue } from "@pulumi/pulumi/runtime/rpc.js";
import { afterEach, expect, test, vi } from "vitest";
import { versionIdOf } from "../../provision/src/store/contract/version-id.ts";
import { minting } from "./minting.ts";

const describeSecret = vi.fn<CredentialStore["describe"]>();
// Any other call of store or op would fail.
vi.mock("./provider/outside-systems.ts", () => ({
  systemsOf: () => ({ store: { describe: describeSecret } }),
}));
afterEach(() => describeSecret.mockReset());

const secretId = "arn:aws:secretsmanager:eu-central-1:000000000000:secret:fixture-AbCdEf";
const fingerprint = "f".repeat(64);
const tags = { name: "acme-prod-ci", tokenId: "tokenid", fingerprint };
const held = versionIdOf(secretId, fingerprint);

test.each<["create" | "replace", string, object | undefined, string | undefined]>([
  ["create", "nothing in the store", undefined, undefined],
  ["create", "no value in the store", {}, undefined],
  ["replace", "a value in the store", tags, held],
  ["replace", "another value in its place", tags, versionIdOf(secretId, "e".repeat(64))],
  ["replace", "one whose deletion was begun", { ...tags, deleting: "tokenid" }, held],
  ["create", "one that is deleted", { tokenId: "tokenid" }, held],
])(
  "a token for a vault that is yet to be made is one to %s where there is %s",
  async (action, _, found, versionId) => {
    describeSecret.mockResolvedValue(
      found && {
        tags: encodeStoreTags(found),
        versionIds: versionId === undefined ? [] : [versionId],
        ...(versionId !== undefined && { versionId }),
      },
    );
    const inputs = { store: { kind: "secrets-manager" }, secretId, vaults: [{ id: unknownValue }] };
    expect(await minting.get("ConnectToken")?.need(inputs)).toEqual({ action });
  },
);
