import fc from "fast-check";
import { environmentOf } from "../../../packages/cli/src/stack/read.ts";
import { checkpointOf } from "../../../packages/cli/src/stack/state-files/checkpoint.ts";
import { lockOf } from "../../../packages/cli/src/stack/state-files/locks.ts";
import { damagedState, lockedStack } from "../../../packages/cli/src/stack/state-files/refusals.ts";
import { judgeHold, sharedHolderTags, soleHolderTags } from "../../../packages/core/src/holders.ts";
import { parseLease } from "../../../packages/provision/src/lease/text.ts";
import { parseSidecar } from "../../../packages/provision/src/store/age-file/sidecar.ts";
import {
  adoptionTags,
  parseStaticTags,
  releaseTags,
} from "../../../packages/provision/src/store/contract/secret-tags.ts";
import {
  decodeStoreTags,
  encodeStoreTags,
} from "../../../packages/provision/src/store/contract/value-tags.ts";
import { parseStoreConfig } from "../../../packages/provision/src/store/open-store.ts";
import { altered, alteredJson, anyText, anyValue } from "../inputs.ts";
import { mark } from "../marked.ts";
import { type Target, target } from "../target.ts";

const id = "abcdefghijklmnopqrstuvwxyz";
const at = "2026-05-05T12:00:00.000Z";
const store = { kind: "age-file", folder: "store", recipients: ["age1fixture"] };
const tags = {
  "managed-by": "opconnect",
  "opconnect:schema": "1",
  "opconnect:fingerprint": "ab".repeat(32),
  "opconnect:revision": "1",
  "opconnect:name": "acme-prod",
  "opconnect:server-id": id,
  "opconnect:minted-at": at,
  "opconnect:minting": `none ${id}`,
  "opconnect:vaults": `app=${id}:rw data=${id}:r`,
  "opconnect:claim": "claim",
  "opconnect:holder-0123456789abcdef": "claim urn:pulumi:acme-prod",
};
const anyTags = fc.oneof(
  altered(tags).filter(isTags),
  fc.dictionary(fc.oneof(fc.constantFrom(...Object.keys(tags)), anyText()), anyText()),
);
const sidecar = {
  opconnect: "age-file",
  schema: 1,
  tags,
  current: { versionId: id, sha256: "ab".repeat(32), recipients: ["age1fixture"] },
};
const minted = { name: "acme-prod", serverId: id, secretId: "age:x", versionId: id, store };
const covered = { vaults: [{ key: "app", id, access: "read" }], consumer: "operator", tokenId: id };
const type = (kind: string) => `pulumi-nodejs:dynamic/opconnect:${kind}`;
const resource = (kind: string, outputs: object) => ({
  urn: `urn:pulumi:acme-prod::client::${type(kind)}::acme-prod`,
  type: type(kind),
  id,
  outputs,
});
const clusterSecret = { namespace: "acme", name: "x", key: "token", content: "token" };
const deployment = {
  manifest: { time: at },
  resources: [
    resource("ConnectServer", { ...minted, ...covered }),
    resource("ConnectToken", { ...minted, ...covered }),
    resource("Vault", { title: "acme-prod-app", vaultId: id }),
    resource("ClusterSecret", { ...clusterSecret, fingerprint: "ab", kubeconfig: mark }),
    resource("OnePasswordItem", { namespace: "app", name: "db" }),
  ],
};
const location = { folder: "project", stack: "acme-prod" };
const files = { state: "state.json", history: "history", locks: "locks" };

/** What stores, states and locks hold, which others can write too. */
export const keptTargets: readonly Target[] = [
  target("tags of a value", anyTags, (found) => {
    encodeStoreTags(decodeStoreTags(found));
  }),
  target("tags of holders", fc.tuple(anyTags, anyText()), ([found, holder]) => {
    for (const held of ["value", "secret", "object"] as const) {
      judgeHold(held, found, { holder });
      soleHolderTags(held, found, { holder });
      sharedHolderTags(held, found, { holder, claim: "claim" });
    }
  }),
  target("tags of a secret", anyTags, (found) => {
    adoptionTags(found);
    releaseTags(found);
    parseStaticTags(found);
  }),
  target(
    "leases",
    fc.oneof(alteredJson({ opconnect: "lease", pid: 1, until: at }), anyText()),
    (text) => {
      parseLease(text);
    },
  ),
  target("age files: what describes them", alteredJson(sidecar), (text) => {
    parseSidecar(text, "acme.age.json");
  }),
  target(
    "stores",
    fc.oneof(altered(store), altered({ kind: "secrets-manager" }), anyValue()),
    (config) => {
      parseStoreConfig(config);
    },
  ),
  target("states: what Pulumi exports", altered({ version: 3, deployment }), (exported) => {
    environmentOf(exported, location);
  }),
  target(
    "states: their files",
    alteredJson({ version: 3, checkpoint: { latest: deployment } }),
    (text) => {
      const whole = checkpointOf("state.json.bak", text);
      return damagedState("acme-prod", { part: "state", files, whole });
    },
  ),
  target(
    "states: their locks",
    alteredJson({ pid: 4711, username: "ann", hostname: "laptop", timestamp: at }),
    (text) => lockedStack("acme-prod", [lockOf("lock.json", text)]),
  ),
];

function isTags(value: unknown): value is Readonly<Record<string, string>> {
  return (
    typeof value === "object" &&
    value !== null &&
    Object.values(value).every((each) => typeof each === "string")
  );
}
