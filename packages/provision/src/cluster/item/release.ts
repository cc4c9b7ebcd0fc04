import { ConnectError } from "@opconnect/core";
import { patiently } from "../../process/patient.ts";
import type { ClusterSecretName, JsonPatch } from "../api.ts";
import type { V1Secret } from "../kubernetes-client.ts";
import { parseSecretMetadata, type SecretMetadata } from "../secret/metadata.ts";
import {
  claimMark,
  claimsOf,
  type ItemApi,
  type ItemObject,
  marks,
  owningItems,
  parseItem,
} from "./object.ts";
import { isOfItem, readBoth } from "./observe.ts";
import { pastConflicts } from "./past-conflicts.ts";

/** A hold of a resource on an item. */
export interface ItemHold extends ClusterSecretName {
  readonly uid: string;
  readonly holder: string;
  readonly claim: string;
}

/** How long the operator is waited for. */
export interface ReleasePatience {
  /** How long it may take over its part of a deletion, in milliseconds. */
  readonly graceMs: number;
  /** Time between two looks, in milliseconds. */
  readonly pollMs: number;
}

/**
 * What became of an item: `"deleted"` by the operator's doing, `"forced"` without it, `"kept"`
 * because another resource holds it, or `"given back"` as it was taken over.
 */
export type ItemRelease = "deleted" | "forced" | "kept" | "given back";

/**
 * Lets go of an item, and deletes it with its Secret unless it is held by another resource, or was
 * there before us. The operator, which has a finalizer on it, deletes the Secret; where it does not,
 * that is done here.
 */
export async function releaseItem(
  api: ItemApi,
  hold: ItemHold,
  patience: ReleasePatience,
): Promise<ItemRelease> {
  return pastConflicts(hold, patience.pollMs, async () => {
    const { object, secret } = await readBoth(api, hold);
    if (object?.metadata.uid !== hold.uid) {
      const isLeftOver = secret !== undefined && owningItems(secret).includes(hold.uid);
      if (isLeftOver) await api.deleteSecret(hold, secret.uid);
      return "deleted";
    }
    if (object.metadata.deletionTimestamp !== undefined) {
      return releaseLeaving(api, hold, object, patience);
    }
    const claims = claimsOf(object);
    const { [hold.holder]: held } = claims;
    if (held !== undefined && held !== hold.claim) return "kept";
    // The same generation under another name is this one before it was moved with an alias.
    const own = Object.keys(claims).filter((holder) => claims[holder] === hold.claim);
    const isShared = Object.keys(claims).length > own.length;
    const { uid, resourceVersion, annotations } = object.metadata;
    const adopted = annotations[marks.adopted];
    if (isShared || adopted === "item") {
      const gone = adopted === "item" && !isShared;
      const dropped = gone ? ourMarks(object) : own.map(claimMark);
      if ((await dropMarks(api, hold, object, dropped)) === "conflict") return "conflict";
      return gone ? "given back" : "kept";
    }
    const spared = await sparedSecret(api, hold, object);
    if ((await api.deleteItem(hold, { uid, resourceVersion })) === "conflict") return "conflict";
    const outcome = await releaseLeaving(api, hold, object, patience);
    if (spared === undefined) return outcome;
    await giveBack(api, hold, spared);
    return "given back";
  });
}

/**
 * Sees the deletion of an item through: what the operator does not do in time is done here.
 * @throws `CLUSTER_FAILED` if something else holds it.
 */
export async function releaseLeaving(
  api: ItemApi,
  name: ClusterSecretName,
  { metadata: { uid } }: ItemObject,
  { graceMs, pollMs }: ReleasePatience,
): Promise<"deleted" | "forced"> {
  const until = Date.now() + graceMs;
  let forced = 0;
  const pause = patiently(
    `Waiting for the operator to let go of what is deleted in the namespace ${name.namespace} …`,
  );
  for (;;) {
    const found = await api.readItem(name);
    const object = found === undefined ? undefined : parseItem(found);
    if (object?.metadata.uid !== uid) return forced > 0 ? "forced" : "deleted";
    if (forced === forceLimit) throw heldByOthers(name, object);
    if (Date.now() >= until) {
      await finish(api, name, object);
      forced += 1;
    }
    await pause(pollMs);
  }
}

const forceLimit = 10;

/** Does the operator's part: deletes the Secret that is the item's, and takes the finalizer off. */
async function finish(api: ItemApi, name: ClusterSecretName, object: ItemObject): Promise<void> {
  const { uid, finalizers } = object.metadata;
  const found = await api.readSecretMetadata(name);
  const secret = found === undefined ? undefined : parseSecretMetadata(found);
  if (secret !== undefined && isOfItem(secret, object)) await api.deleteSecret(name, secret.uid);
  await api.patchItem(name, [
    { op: "test", path: "/metadata/uid", value: uid },
    {
      op: "replace",
      path: "/metadata/finalizers",
      value: finalizers.filter((finalizer) => finalizer !== "onepassword.com/finalizer.secret"),
    },
  ]);
}

function heldByOthers({ namespace, name }: ClusterSecretName, object: ItemObject): ConnectError {
  return new ConnectError(
    "CLUSTER_FAILED",
    `The OnePasswordItem ${name} in the namespace ${namespace} does not go: its finalizers are ${object.metadata.finalizers.join(", ")}.`,
    "See to it that what has set them takes them off, then run again.",
  );
}

function ourMarks({ metadata }: ItemObject): readonly string[] {
  return Object.keys(metadata.annotations).filter((key) => key.startsWith("opconnect/"));
}

async function dropMarks(
  api: ItemApi,
  name: ClusterSecretName,
  { metadata }: ItemObject,
  keys: readonly string[],
): Promise<"changed" | "conflict"> {
  const held = keys.filter((key) => key in metadata.annotations);
  return api.patchItem(name, [
    { op: "test", path: "/metadata/resourceVersion", value: metadata.resourceVersion },
    ...removals("annotations", held),
  ]);
}

function removals(field: "annotations" | "labels", keys: readonly string[]): readonly JsonPatch[] {
  return keys.map((key) => ({
    op: "remove",
    path: `/metadata/${field}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`,
  }));
}

/**
 * The Secret of the item's name, where it is not there for the item alone: the operator deletes it
 * all the same, whosever it is. What the operator and the item have put on it is left out.
 */
async function sparedSecret(
  api: ItemApi,
  { namespace, name }: ClusterSecretName,
  object: ItemObject,
): Promise<V1Secret | undefined> {
  const metadata = await api.readSecretMetadata({ namespace, name });
  if (metadata === undefined || isOfItem(parseSecretMetadata(metadata), object)) return undefined;
  const found = await api.readSecret({ namespace, name });
  if (found === undefined) return undefined;
  const { labels, annotations, ownerReferences = [] } = found.metadata ?? {};
  const others = ownerReferences.filter(({ kind }) => kind !== "OnePasswordItem");
  return {
    apiVersion: "v1",
    kind: "Secret",
    ...(found.type === undefined ? {} : { type: found.type }),
    ...(found.data === undefined ? {} : { data: found.data }),
    ...(found.immutable === undefined ? {} : { immutable: found.immutable }),
    metadata: {
      namespace,
      name,
      labels: without(labels, (key) => key in object.metadata.labels),
      annotations: without(annotations, isOfOperator),
      ownerReferences: others,
    },
  };
}

function isOfOperator(key: string): boolean {
  return key.startsWith("operator.1password.io/") || key.startsWith("opconnect/");
}

function without(
  texts: Readonly<Record<string, string>> = {},
  isLeftOut: (key: string) => boolean,
): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).filter(([key]) => !isLeftOut(key)));
}

/** Puts a Secret back, or takes off what the operator has put on it if that left it alone. */
async function giveBack(api: ItemApi, name: ClusterSecretName, secret: V1Secret): Promise<void> {
  const found = await api.readSecretMetadata(name);
  if (found === undefined) return api.createSecret(name.namespace, secret);
  const { labels, annotations }: SecretMetadata = parseSecretMetadata(found);
  const kept = secret.metadata ?? {};
  const gone = (texts: object, left: object = {}) =>
    Object.keys(texts).filter((key) => !(key in left));
  await api.patchSecret(name, [
    ...removals("labels", gone(labels, kept.labels)),
    ...removals("annotations", gone(annotations, kept.annotations)),
  ]);
}
