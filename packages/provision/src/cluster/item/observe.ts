import type { ClusterSecretName } from "../api.ts";
import { type NamespaceState, namespaceState } from "../namespace.ts";
import { parseSecretMetadata, type SecretMetadata } from "../secret/metadata.ts";
import {
  claimsOf,
  type ItemApi,
  type ItemObject,
  isReady,
  isWrittenByOperator,
  marks,
  owningItems,
  parseItem,
  restartNote,
} from "./object.ts";

/** By what an item is known to be ours. */
export interface ItemIdentity extends ClusterSecretName {
  /** Project and stack that declare it. */
  readonly stack: string;
  /** Its path; `undefined` while that is not known. */
  readonly itemPath: string | undefined;
  /** Uid that the state knows; `undefined` where the state knows none. */
  readonly uid?: string | undefined;
}

/** What the cluster has under the name of an item. */
export interface ItemObservation extends ItemJudgement {
  /** What is said of the `OnePasswordItem`, if it is ours. */
  readonly known?: ItemKnown;
  /** Claims of all resources that hold it. */
  readonly claims: readonly string[];
  /** Looked at where the item is gone. */
  readonly namespace: NamespaceState;
}

/** What the cluster has of an item of ours. */
export interface ItemKnown {
  readonly uid: string;
  readonly itemPath: string;
  /** Type of the Secret. */
  readonly type: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Whether it has Deployments restarted; none if it does not say. */
  readonly autoRestart: boolean | undefined;
}

/** Whose the `OnePasswordItem` and the Secret of a name are. */
export interface ItemJudgement {
  /** One that is being deleted is `"leaving"`, if it is ours. */
  readonly item: "gone" | "foreign" | "leaving" | "ours";
  /**
   * `"awaited"` if there is none and the operator has not said yet that it wrote it, `"missing"` if
   * it has; `"left over"` of an item that is gone; `"credentials"` if it is one of opconnect's own.
   */
  readonly secret: "awaited" | "missing" | "item's" | "left over" | "credentials" | "foreign";
}

/** Looks at an item, its Secret and, where it is gone, its namespace. Reads no value of a Secret. */
export async function observeItem(api: ItemApi, identity: ItemIdentity): Promise<ItemObservation> {
  const { object, secret } = await readBoth(api, identity);
  const namespace = object === undefined ? await namespaceState(api, identity.namespace) : "there";
  const judgement = judge(object, secret, identity);
  if (object === undefined || judgement.item === "foreign") {
    return { ...judgement, claims: [], namespace };
  }
  const { metadata, spec, type } = object;
  const { uid, labels, annotations } = metadata;
  const restart = annotations[restartNote];
  const autoRestart = restart === undefined ? undefined : restart === "true";
  const known = { uid, labels, itemPath: spec.itemPath, type, autoRestart };
  return { ...judgement, known, claims: Object.values(claimsOf(object)).sort(), namespace };
}

/** An item and the metadata of the Secret of its name. */
export async function readBoth(
  api: Pick<ItemApi, "readItem" | "readSecretMetadata">,
  name: ClusterSecretName,
) {
  const [object, secret] = await Promise.all([api.readItem(name), api.readSecretMetadata(name)]);
  return {
    object: object === undefined ? undefined : parseItem(object),
    secret: secret === undefined ? undefined : parseSecretMetadata(secret),
  };
}

/** Says whose item and Secret are. */
export function judge(
  object: ItemObject | undefined,
  secret: SecretMetadata | undefined,
  identity: ItemIdentity,
): ItemJudgement {
  if (object === undefined) return { item: "gone", secret: secretWithoutItem(secret) };
  const isOurs = isOurItem(object, identity);
  const isLeaving = object.metadata.deletionTimestamp !== undefined;
  const ours = isLeaving ? "leaving" : "ours";
  return { item: isOurs ? ours : "foreign", secret: secretOf(object, secret, isOurs) };
}

/**
 * Whether it is the one that the state knows, or one that this stack has made and its state has
 * lost. Those of releases before the mark carry a label of ours instead.
 */
function isOurItem({ metadata, spec }: ItemObject, { uid, stack, itemPath }: ItemIdentity) {
  if (metadata.uid === uid) return true;
  const mark = metadata.annotations[marks.stack];
  if (mark !== undefined) return mark === stack;
  const isLabelled = "opconnect/credentials" in metadata.labels;
  return isLabelled && (itemPath === undefined || spec.itemPath === itemPath);
}

function secretWithoutItem(secret: SecretMetadata | undefined): ItemJudgement["secret"] {
  if (secret === undefined) return "awaited";
  if (isCredentials(secret)) return "credentials";
  return owningItems(secret).length > 0 ? "left over" : "foreign";
}

function secretOf(
  object: ItemObject,
  secret: SecretMetadata | undefined,
  isOurs: boolean,
): ItemJudgement["secret"] {
  if (secret === undefined) return isReady(object) ? "missing" : "awaited";
  if (isCredentials(secret)) return "credentials";
  return isOurs ? "item's" : "foreign";
}

function isCredentials({ labels }: SecretMetadata): boolean {
  return labels["app.kubernetes.io/managed-by"] === "opconnect";
}

/** Whether the Secret of an item's name is there for the item alone, and goes with it. */
export function isOfItem(secret: SecretMetadata, { metadata }: ItemObject): boolean {
  if (metadata.annotations[marks.adopted] !== undefined) return false;
  return owningItems(secret).includes(metadata.uid) || isWrittenByOperator(secret);
}
