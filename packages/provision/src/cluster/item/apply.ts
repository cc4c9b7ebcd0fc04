import { unlessCode } from "@opconnect/core";
import type { ClusterSecretName, JsonPatch } from "../api.ts";
import { type NamespacePatience, requireNamespace } from "../namespace.ts";
import type { SecretMetadata } from "../secret/metadata.ts";
import {
  annotating,
  claimMark,
  claimsOf,
  type ItemApi,
  type ItemObject,
  marks,
  operatorNotes,
  parseItem,
  restartNote,
} from "./object.ts";
import { type ItemIdentity, type ItemJudgement, judge, readBoth } from "./observe.ts";
import { pastConflicts } from "./past-conflicts.ts";
import { pastDenials } from "./past-denials.ts";
import { refusalOf } from "./refusal.ts";
import { type ReleasePatience, releaseLeaving } from "./release.ts";

/** A `OnePasswordItem` as it is to be. */
export interface ItemContent extends ItemIdentity {
  readonly itemPath: string;
  /** Type of the Secret. */
  readonly type: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Which resource holds it, and the claim of its generation. */
  readonly holder: string;
  readonly claim: string;
  /** Whether a Secret or an item of others is taken over. */
  readonly adopt: boolean;
  /** Whether Deployments that use the Secret are restarted; none leaves it to them. */
  readonly autoRestart?: boolean | undefined;
  /** Whether the operator has to write the Secret again. */
  readonly rewrite: boolean;
}

/** How long is waited for what others do. */
export type ApplyPatience = ReleasePatience &
  NamespacePatience & {
    /**
     * How long a policy may deny it, in milliseconds.
     * @default 5000
     */
    readonly policyMs?: number;
  };

/**
 * Writes an item by server-side apply. One that is being deleted is released before, and made anew.
 * @throws `CLUSTER_OBJECT_FOREIGN`, `CLUSTER_SECRET_FOREIGN`, `CLUSTER_NAMESPACE_MISSING`,
 * `CLUSTER_POLICY_DENIED`.
 */
export async function applyItem(
  api: ItemApi,
  wanted: ItemContent,
  patience: ApplyPatience,
): Promise<{ readonly uid: string; readonly release: "deleted" | "forced" | undefined }> {
  let release: "deleted" | "forced" | undefined;
  return pastConflicts(wanted, patience.pollMs, async () => {
    const { object, secret } = await readBoth(api, wanted);
    const judgement = judge(object, secret, wanted);
    const refusal = refusalOf(judgement, wanted);
    if (refusal !== undefined) throw refusal;
    if (object === undefined) {
      const need = `where the OnePasswordItem ${wanted.name} is to be`;
      await requireNamespace(api, wanted.namespace, need, patience);
    } else if (object.metadata.deletionTimestamp !== undefined) {
      release = await releaseLeaving(api, wanted, object, patience);
      return "conflict";
    } else if (await inheritFields(api, wanted, object)) {
      return "conflict";
    }
    if (judgement.secret === "left over") await api.deleteSecret(wanted, secret?.uid);
    if (judgement.secret === "foreign" && secret !== undefined) await hand(api, wanted, secret);
    const body = manifest(wanted, object, judgement);
    const write = () => api.applyItem(wanted, body, object !== undefined);
    const applied = await pastDenials({ policyMs: 5_000, ...patience }, write);
    if (applied === "conflict") return "conflict";
    return { uid: parseItem(applied).metadata.uid, release };
  });
}

/**
 * Gives a Secret that is taken over to the operator, by an annotation as it gives it: an
 * `ItemAccessPolicy` lets the operator write to no others.
 */
async function hand(api: ItemApi, name: ClusterSecretName, secret: SecretMetadata): Promise<void> {
  if (operatorNotes.path in secret.annotations) return;
  const steps = annotating(secret, operatorNotes.path, "");
  // Where there is no such policy, nothing hangs on it.
  await unlessCode(["CLUSTER_ACCESS_DENIED"], () => api.patchSecret(name, steps));
}

function manifest(
  wanted: ItemContent,
  object: ItemObject | undefined,
  judgement: ItemJudgement,
): object {
  const { namespace, name, itemPath, type, labels, stack, holder, claim, rewrite, autoRestart } =
    wanted;
  // The same generation under another name is this one before it was moved with an alias.
  const others = Object.entries(object === undefined ? {} : claimsOf(object)).filter(
    ([, other]) => other !== claim,
  );
  const claims = { ...Object.fromEntries(others), [holder]: claim };
  const asked = rewrite ? new Date().toISOString() : object?.metadata.annotations[marks.asked];
  const adopted = adoptedOf(object, judgement);
  const annotations = {
    [marks.stack]: stack,
    ...Object.fromEntries(Object.entries(claims).map(([of, held]) => [claimMark(of), held])),
    ...(adopted === undefined ? {} : { [marks.adopted]: adopted }),
    ...(asked === undefined ? {} : { [marks.asked]: asked }),
    ...(autoRestart === undefined ? {} : { [restartNote]: String(autoRestart) }),
  };
  // As it was read: another resource may be adding a claim of its own.
  const seen = object === undefined ? {} : { resourceVersion: object.metadata.resourceVersion };
  return {
    apiVersion: "onepassword.com/v1",
    kind: "OnePasswordItem",
    metadata: { namespace, name, labels, annotations, ...seen },
    type,
    spec: { itemPath },
  };
}

/** What was there before us, and so is not ours to delete. */
function adoptedOf(object: ItemObject | undefined, { item, secret }: ItemJudgement) {
  if (item === "foreign") return "item";
  if (item === "ours") return object?.metadata.annotations[marks.adopted];
  return secret === "foreign" ? "secret" : undefined;
}

/**
 * Makes the fields that the Kubernetes provider set ours alone: items were its objects in earlier
 * releases. Otherwise it would own them for ever, and what we leave out would stay.
 * @returns Whether there was something to do.
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/#transferring-ownership
 */
async function inheritFields(
  api: ItemApi,
  name: ClusterSecretName,
  { metadata }: ItemObject,
): Promise<boolean> {
  const { managedFields, resourceVersion } = metadata;
  const isBefore = ({ manager = "" }: { manager?: string | undefined }) =>
    manager.startsWith("pulumi-kubernetes");
  const [first] = managedFields.filter(isBefore);
  if (first === undefined) return false;
  const rest = managedFields.filter((entry) => !isBefore(entry) && entry.manager !== "opconnect");
  const ours = { ...first, manager: "opconnect", operation: "Apply" };
  const steps: readonly JsonPatch[] = [
    { op: "test", path: "/metadata/resourceVersion", value: resourceVersion },
    { op: "replace", path: "/metadata/managedFields", value: [...rest, ours] },
  ];
  await api.patchItem(name, steps);
  return true;
}
