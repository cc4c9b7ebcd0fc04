import { randomUUID } from "node:crypto";
import type { V1Namespace, V1ObjectMeta, V1Pod, V1Secret } from "@kubernetes/client-node";
import {
  ConnectError,
  defined,
  fingerprint,
  type Hold,
  hasCode,
  holderTags,
  judgeHold,
  ownTag,
  redacted,
  releasedTag,
  sharedHolderTags,
  unlessCode,
} from "@opconnect/core";
import { z } from "zod";
import { type ClusterPermission, type ClusterSecretName, createClusterApi } from "./api.ts";
import { type ClusterAccess, loadClusterConfig } from "./config.ts";
import { type ApplyPatience, applyItem, type ItemContent } from "./item/apply.ts";
import { type ItemIdentity, observeItem } from "./item/observe.ts";
import { refusalOf } from "./item/refusal.ts";
import { type ItemHold, type ReleasePatience, releaseItem } from "./item/release.ts";
import {
  claimScope,
  findScopeDrift,
  hasScopeClaim,
  type OperatorScopePlace,
  releaseScope,
  requireOurScope,
  restartOperator,
  type ScopeClaim,
  settleScope,
} from "./operator-scope.ts";

/** A cluster, as far as our own Secrets and the operator's scope go. */
export type ClusterConnection = Awaited<ReturnType<typeof connectCluster>>;

/** Where a value is. */
export interface ClusterSecretKey extends ClusterSecretName {
  /** Key within the Secret, e.g. `"token"`. */
  readonly key: string;
}

/** A Secret to be written. */
export interface ClusterSecretContent extends ClusterSecretKey {
  /** The value itself, not encoded. Secret. */
  readonly value: string;
  /** Labels besides our own. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  /**
   * Who has the Secret, with the claim of before if that one had it before.
   * @default - those that had it before
   */
  readonly hold?: Hold | undefined;
}

/** What became of a Secret that should be gone. */
export type ClusterSecretFate =
  | { readonly outcome: "deleted" | "absent" | "foreign" }
  /** Others have it, those named as far as they are known, or a later creation of the same. */
  | { readonly outcome: "kept"; readonly others: readonly string[] };

/** A value that a cluster may use. */
export interface CredentialUse extends ClusterSecretName {
  /** SHA-256 of the value, hex. */
  readonly fingerprint: string;
}

/** What uses a value, in words. */
export interface CredentialUsers {
  /** What stays until it is changed. */
  readonly lasting: readonly string[];
  /** What may be about to go. */
  readonly pods: readonly string[];
}

/** How far the operator is with a `OnePasswordItem`. */
export interface ItemSync {
  /** Labels of the Secret of the same name; none if there is no such Secret. */
  readonly secretLabels?: Readonly<Record<string, string>>;
  /** What the operator said when it last failed; empty if it did not. */
  readonly problem: string;
}

/**
 * Connects to a cluster. Reads the kubeconfig only; the first request shows whether it can be
 * reached: all of them throw `CLUSTER_UNREACHABLE`, `CLUSTER_ACCESS_DENIED` or `CLUSTER_FAILED`.
 * @param timeoutMs Time limit of one request, in milliseconds.
 * @throws `CLUSTER_CONFIG_INVALID` if the kubeconfig cannot be used.
 */
export async function connectCluster(access: ClusterAccess, timeoutMs = 20_000) {
  const api = await createClusterApi(await loadClusterConfig(access), timeoutMs);
  return {
    /** Uid of the namespace `kube-system`, which tells clusters apart. */
    async uid(): Promise<string> {
      const uid = (await api.readNamespace("kube-system")).metadata?.uid;
      if (uid !== undefined) return uid;
      throw new ConnectError(
        "CLUSTER_FAILED",
        `The API server ${api.server} answered without a uid for the namespace kube-system.`,
        "Check that this is the address of a Kubernetes API server.",
      );
    },

    /** Says what a namespace is to us; `undefined` if there is none. */
    async readNamespace(name: string) {
      const found = await api.findNamespace(name);
      return found && { isOurs: isOurs(found), isGoing: found.status?.phase === "Terminating" };
    },

    /**
     * Writes a Secret with one value by server-side apply, and notes in its annotations who has it.
     * @returns The Secret without its value, and the claim of that note.
     * @throws `CLUSTER_SECRET_FOREIGN` if a Secret of this name is there that is not ours.
     */
    async applySecret(secret: ClusterSecretContent) {
      const { namespace, name, key, value, labels, hold } = secret;
      const existing = await api.readSecret({ namespace, name });
      if (existing !== undefined && !isOurs(existing)) throw foreignSecret(secret);
      const claim = hold && (hold.claim ?? randomUUID());
      const held = hold && holdersBeside(existing, hold, claim);
      // Of the same manager, what is not applied again goes.
      const annotations = {
        ...holderTags("object", existing?.metadata?.annotations ?? {}),
        ...held,
        ...secret.annotations,
      };
      const wanted: V1Secret = {
        apiVersion: "v1",
        kind: "Secret",
        type: "Opaque",
        metadata: {
          namespace,
          name,
          labels: { ...labels, [managedBy]: "opconnect" },
          annotations,
        },
        // Not `stringData`: server-side apply would leave a key that was renamed behind.
        data: { [key]: Buffer.from(value, "utf8").toString("base64") },
      };
      // In a Secret of ours, what was edited by hand is put right. In a new one, a conflict says
      // that it was created in between.
      const fieldsOfOthers = existing === undefined ? "answer with conflict" : "take over";
      const applied = await api.applySecret(wanted, fieldsOfOthers);
      if (applied === "conflict") throw foreignSecret(secret);
      return { ...describe(applied, key), claim };
    },

    /** Describes a Secret without its value; `undefined` if there is none. */
    async readSecret({ namespace, name, key }: ClusterSecretKey) {
      const found = await api.readSecret({ namespace, name });
      return found && describe(found, key);
    },

    /**
     * Names what uses the value with this fingerprint: a Secret of ours, Deployments by their pod
     * templates, and pods, as far as they may be listed. What is being deleted is passed over.
     */
    async listUsers(use: CredentialUse): Promise<CredentialUsers> {
      try {
        return await findUsers(api, use);
      } catch (error) {
        // Rights that are given in a namespace go with it, and nothing is used there any more.
        const isDenied = hasCode(error, "CLUSTER_ACCESS_DENIED");
        if (!isDenied || (await api.findNamespace(use.namespace)) !== undefined) throw error;
        return { lasting: [], pods: [] };
      }
    },

    /** Says how far the operator is with a `OnePasswordItem`; `undefined` if there is none. */
    async readItemSync(name: ClusterSecretName): Promise<ItemSync | undefined> {
      const item = await api.readItem(name);
      if (item === undefined) return undefined;
      const secret = await api.readSecret(name);
      const secretLabels = secret && (secret.metadata?.labels ?? {});
      const { conditions = [] } = onePasswordItem.parse(item).status ?? {};
      const failed = conditions.find(({ type, status }) => type === "Ready" && status === "False");
      return { problem: redacted(failed?.message ?? ""), ...defined({ secretLabels }) };
    },

    /**
     * Looks at an item, its Secret and, where it is gone, its namespace, and says what would speak
     * against an item of that name. Reads no value.
     */
    async observeItem(identity: ItemIdentity & { readonly adopt: boolean }) {
      const observation = await observeItem(api, identity);
      return { ...observation, refusal: refusalOf(observation, identity) };
    },

    /**
     * Writes an item.
     * @throws `CLUSTER_OBJECT_FOREIGN`, `CLUSTER_SECRET_FOREIGN`, `CLUSTER_NAMESPACE_MISSING`.
     */
    applyItem: (wanted: ItemContent, patience: ApplyPatience) => applyItem(api, wanted, patience),

    /** Lets go of an item, and deletes it with its Secret where both are its alone. */
    releaseItem: (hold: ItemHold, patience: ReleasePatience) => releaseItem(api, hold, patience),

    /** Deletes a Secret if it is ours. Where others have it, it stays, and `hold` is taken off. */
    async deleteSecret(secret: ClusterSecretName, hold: Hold = {}): Promise<ClusterSecretFate> {
      const found = await api.readSecret(secret);
      if (found === undefined) return { outcome: "absent" };
      if (!isOurs(found)) return { outcome: "foreign" };
      const judgement = judgeHold("object", found.metadata?.annotations ?? {}, hold);
      switch (judgement.verdict) {
        case "sole":
          return { outcome: await api.deleteSecret(secret, found.metadata?.uid) };
        case "later":
          return { outcome: "kept", others: [] };
        case "shared": {
          for (const key of Object.keys(releasedTag("object", hold))) {
            await api.removeAnnotation(secret, key);
          }
          return { outcome: "kept", others: judgement.others };
        }
      }
    },

    /** What the operator watches, see {@link claimScope} and the others. */
    operatorScope: (place: OperatorScopePlace) => ({
      claim: (claim: ScopeClaim) => claimScope(api, place, claim),
      release: (claim: Omit<ScopeClaim, "namespaces">) => releaseScope(api, place, claim),
      settle: () => settleScope(api, place),
      restart: () => restartOperator(api, place),
      requireOurs: () => requireOurScope(api, place),
      has: (claim: Omit<ScopeClaim, "namespaces">) => hasScopeClaim(api, place, claim),
      findDrift: (claim: Omit<ScopeClaim, "generation">) => findScopeDrift(api, place, claim),
    }),

    /**
     * Lists which of these the user of the kubeconfig may not do. Changes nothing.
     * @see https://kubernetes.io/docs/reference/access-authn-authz/authorization/#checking-api-access
     */
    async listForbidden(permissions: readonly ClusterPermission[]) {
      const allowed = await Promise.all(permissions.map(api.isAllowed));
      return permissions.filter((_, index) => !allowed[index]);
    },
  };
}

const managedBy = "app.kubernetes.io/managed-by";

/** The part of a `OnePasswordItem` that the operator writes. */
const onePasswordItem = z.object({
  status: z
    .object({
      conditions: z
        .array(z.object({ type: z.string(), status: z.string(), message: z.string().optional() }))
        .optional(),
    })
    .optional(),
});

/** One that had it before is known; one that is new may find it another's. */
function holdersBeside(existing: V1Secret | undefined, hold: Hold, claim: string | undefined) {
  const former = existing?.metadata?.annotations ?? {};
  const isShared = existing !== undefined && hold.claim === undefined;
  const noted = { ...hold, claim };
  return isShared ? sharedHolderTags("object", former, noted) : ownTag("object", noted);
}

async function findUsers(
  api: Awaited<ReturnType<typeof createClusterApi>>,
  { namespace, name, fingerprint }: CredentialUse,
): Promise<CredentialUsers> {
  const secret = await api.readSecret({ namespace, name });
  const deployments = await api.listDeployments(namespace);
  // What the pods run with is what their Deployment says, unless a rollout is stuck.
  const pods = await unlessCode(["CLUSTER_ACCESS_DENIED"], () => api.listPods(namespace));
  return {
    lasting: [
      ...(secret !== undefined && isOurs(secret) && carries(secret, fingerprint)
        ? [`the Secret ${namespace}/${name}`]
        : []),
      ...deployments
        .filter(
          ({ metadata, spec }) => isThere({ metadata }) && carries(spec?.template, fingerprint),
        )
        .map(({ metadata }) => `the Deployment ${namespace}/${metadata?.name}`),
    ],
    pods: (pods ?? [])
      .filter((pod) => isThere(pod) && isRunning(pod) && carries(pod, fingerprint))
      .map(({ metadata }) => `the pod ${namespace}/${metadata?.name}`),
  };
}

function describe(secret: V1Secret, key: string) {
  const { uid = "", resourceVersion = "", labels = {}, annotations = {} } = secret.metadata ?? {};
  const held = secret.data?.[key];
  const value = held === undefined ? undefined : Buffer.from(held, "base64").toString("utf8");
  return {
    uid,
    resourceVersion,
    labels,
    annotations,
    isOurs: isOurs(secret),
    ...defined({ fingerprint: value === undefined ? undefined : fingerprint(value) }),
  };
}

interface Annotated {
  readonly metadata?: V1ObjectMeta | undefined;
}

/** The annotations of our Secrets, and those by which the pods that use them are rolled. */
function carries(object: Annotated | undefined, fingerprint: string): boolean {
  const annotations = object?.metadata?.annotations ?? {};
  return [
    "opconnect/fingerprint",
    "opconnect/credentials-fingerprint",
    "opconnect/token-fingerprint",
  ].some((key) => annotations[key] === fingerprint);
}

function isThere({ metadata }: Annotated): boolean {
  return metadata?.deletionTimestamp === undefined;
}

function isRunning({ status }: V1Pod): boolean {
  return status?.phase !== "Succeeded" && status?.phase !== "Failed";
}

function isOurs({ metadata }: V1Secret | V1Namespace): boolean {
  return metadata?.labels?.[managedBy] === "opconnect";
}

function foreignSecret({ namespace, name }: ClusterSecretName): ConnectError {
  return new ConnectError(
    "CLUSTER_SECRET_FOREIGN",
    `There is a Secret ${name} in the namespace ${namespace} already that opconnect did not write.`,
    `Give ours another name, or delete that one if nothing needs it: \`kubectl delete secret -n ${namespace} ${name}\`.`,
  );
}
