import type { V1Secret } from "@kubernetes/client-node";
import { ConnectError, defined, fingerprint, redacted } from "@opconnect/core";
import { z } from "zod";
import { type ClusterPermission, type ClusterSecretName, createClusterApi } from "./api.ts";
import { type ClusterAccess, loadClusterConfig } from "./config.ts";
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

    /**
     * Writes a Secret with one value by server-side apply.
     * @throws `CLUSTER_SECRET_FOREIGN` if a Secret of this name is there that is not ours.
     */
    async applySecret(secret: ClusterSecretContent) {
      const { namespace, name, key, value, labels, annotations } = secret;
      const existing = await api.readSecret({ namespace, name });
      if (existing !== undefined && !isOurs(existing)) throw foreignSecret(secret);
      const wanted: V1Secret = {
        apiVersion: "v1",
        kind: "Secret",
        type: "Opaque",
        metadata: {
          namespace,
          name,
          labels: { ...labels, [managedBy]: "opconnect" },
          ...defined({ annotations }),
        },
        // Not `stringData`: server-side apply would leave a key that was renamed behind.
        data: { [key]: Buffer.from(value, "utf8").toString("base64") },
      };
      // In a Secret of ours, what was edited by hand is put right. In a new one, a conflict says
      // that it was created in between.
      const fieldsOfOthers = existing === undefined ? "answer with conflict" : "take over";
      const applied = await api.applySecret(wanted, fieldsOfOthers);
      if (applied === "conflict") throw foreignSecret(secret);
      return describe(applied, key);
    },

    /** Describes a Secret without its value; `undefined` if there is none. */
    async readSecret({ namespace, name, key }: ClusterSecretKey) {
      const found = await api.readSecret({ namespace, name });
      return found && describe(found, key);
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

    /** Deletes a Secret if it is ours. */
    async deleteSecret(secret: ClusterSecretName): Promise<"deleted" | "absent" | "foreign"> {
      const found = await api.readSecret(secret);
      if (found === undefined) return "absent";
      return isOurs(found) ? api.deleteSecret(secret, found.metadata?.uid) : "foreign";
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

function isOurs(secret: V1Secret): boolean {
  return secret.metadata?.labels?.[managedBy] === "opconnect";
}

function foreignSecret({ namespace, name }: ClusterSecretName): ConnectError {
  return new ConnectError(
    "CLUSTER_SECRET_FOREIGN",
    `There is a Secret ${name} in the namespace ${namespace} already that opconnect did not write.`,
    `Give ours another name, or delete that one if nothing needs it: \`kubectl delete secret -n ${namespace} ${name}\`.`,
  );
}
