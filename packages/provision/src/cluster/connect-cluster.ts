import type { V1Secret } from "@kubernetes/client-node";
import { ConnectError, defined, fingerprint, redacted } from "@opconnect/core";
import { z } from "zod";
import { type ClusterApi, type ClusterSecretName, createClusterApi } from "./cluster-api.ts";
import { type ClusterAccess, loadClusterConfig } from "./cluster-config.ts";

export type { ClusterAccess, ClusterSecretName };

/** A cluster, as far as our own Secrets go. */
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

/** A Secret without its value. */
export interface ClusterSecretDescription {
  readonly uid: string;
  readonly resourceVersion: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Whether opconnect wrote it. */
  readonly isOurs: boolean;
  /** SHA-256 of the value under the key, hex; none if the Secret has no such key. */
  readonly fingerprint?: string;
}

/** How far the operator is with a `OnePasswordItem`. */
export interface ItemSync {
  /** Labels of the Secret of the same name; none if there is no such Secret. */
  readonly secretLabels?: Readonly<Record<string, string>>;
  /** What the operator said when it last failed; empty if it did not. */
  readonly problem: string;
}

/** Options of {@link connectCluster}. */
export interface ClusterOptions {
  /**
   * Time limit of one request, in milliseconds.
   * @default 20_000
   */
  readonly timeoutMs?: number;
}

/**
 * Connects to a cluster. Reads the kubeconfig only; the first request shows whether it can be
 * reached: all of them throw `CLUSTER_UNREACHABLE`, `CLUSTER_ACCESS_DENIED` or `CLUSTER_FAILED`.
 * @throws `CLUSTER_CONFIG_INVALID` if the kubeconfig cannot be used.
 */
export async function connectCluster(
  access: ClusterAccess,
  { timeoutMs = 20_000 }: ClusterOptions = {},
) {
  const api = await createClusterApi(await loadClusterConfig(access), timeoutMs);
  return {
    /** Uid of the namespace `kube-system`, which tells clusters apart. */
    uid: () => clusterUid(api),
    /**
     * Writes a Secret with one value by server-side apply.
     * @throws `CLUSTER_SECRET_FOREIGN` if a Secret of this name is there that is not ours.
     */
    applySecret: (secret: ClusterSecretContent) => applySecret(api, secret),
    /** Describes a Secret without its value; `undefined` if there is none. */
    readSecret: (secret: ClusterSecretKey) => readSecret(api, secret),
    /** Says how far the operator is with a `OnePasswordItem`; `undefined` if there is none. */
    readItemSync: (item: ClusterSecretName) => readItemSync(api, item),
    /** Deletes a Secret if it is ours. */
    deleteSecret: (secret: ClusterSecretName) => deleteSecret(api, secret),
  };
}

async function clusterUid(api: ClusterApi): Promise<string> {
  const uid = (await api.readNamespace("kube-system")).metadata?.uid;
  if (uid !== undefined) return uid;
  throw new ConnectError(
    "CLUSTER_FAILED",
    `The API server ${api.server} answered without a uid for the namespace kube-system.`,
    "Check that this is the address of a Kubernetes API server.",
  );
}

const managedBy = "app.kubernetes.io/managed-by";

async function applySecret(api: ClusterApi, secret: ClusterSecretContent) {
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
  // In a Secret of ours, what was edited by hand is put right. In a new one, a conflict says that
  // it was created in between.
  const fieldsOfOthers = existing === undefined ? "answer with conflict" : "take over";
  const applied = await api.applySecret(wanted, fieldsOfOthers);
  if (applied === "conflict") throw foreignSecret(secret);
  return describe(applied, key);
}

async function readSecret(api: ClusterApi, { namespace, name, key }: ClusterSecretKey) {
  const found = await api.readSecret({ namespace, name });
  return found === undefined ? undefined : describe(found, key);
}

async function readItemSync(
  api: ClusterApi,
  name: ClusterSecretName,
): Promise<ItemSync | undefined> {
  const item = await api.readItem(name);
  if (item === undefined) return undefined;
  const secret = await api.readSecret(name);
  const ready = onePasswordItem
    .parse(item)
    .status.conditions.find(({ type, status }) => type === "Ready" && status === "False");
  const secretLabels = secret && (secret.metadata?.labels ?? {});
  return { problem: redacted(ready?.message ?? ""), ...defined({ secretLabels }) };
}

/** The part of a `OnePasswordItem` that the operator writes. */
const onePasswordItem = z.object({
  status: z
    .object({
      conditions: z
        .array(z.object({ type: z.string(), status: z.string(), message: z.string().optional() }))
        .default([]),
    })
    .default({ conditions: [] }),
});

async function deleteSecret(
  api: ClusterApi,
  secret: ClusterSecretName,
): Promise<"deleted" | "absent" | "foreign"> {
  const found = await api.readSecret(secret);
  if (found === undefined) return "absent";
  if (!isOurs(found)) return "foreign";
  return api.deleteSecret(secret, found.metadata?.uid);
}

function describe(secret: V1Secret, key: string): ClusterSecretDescription {
  const { uid = "", resourceVersion = "", labels = {}, annotations = {} } = secret.metadata ?? {};
  const held = secret.data?.[key];
  return {
    uid,
    resourceVersion,
    labels,
    annotations,
    isOurs: isOurs(secret),
    ...defined({
      fingerprint:
        held === undefined ? undefined : fingerprint(Buffer.from(held, "base64").toString("utf8")),
    }),
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
