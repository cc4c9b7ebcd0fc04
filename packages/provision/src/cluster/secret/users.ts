import { hasCode, unlessCode } from "@opconnect/core";
import type { ClusterApi, ClusterSecretName } from "../api.ts";
import type { V1ObjectMeta, V1Pod } from "../kubernetes-client.ts";
import { fingerprintKey, isOurs } from "./describe.ts";

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

type UsersApi = Pick<ClusterApi, "readSecret" | "listDeployments" | "listPods" | "findNamespace">;

/**
 * Names what uses the value with this fingerprint: a Secret of ours, Deployments by their pod
 * templates, and pods, as far as they may be listed. What is being deleted is passed over.
 */
export async function listUsers(api: UsersApi, use: CredentialUse): Promise<CredentialUsers> {
  try {
    return await findUsers(api, use);
  } catch (error) {
    // Rights that are given in a namespace go with it, and nothing is used there any more.
    const isDenied = hasCode(error, "CLUSTER_ACCESS_DENIED");
    if (!isDenied || (await api.findNamespace(use.namespace)) !== undefined) throw error;
    return { lasting: [], pods: [] };
  }
}

async function findUsers(
  api: UsersApi,
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

interface Annotated {
  readonly metadata?: V1ObjectMeta | undefined;
}

/** The annotations of our Secrets, and those by which the pods that use them are rolled. */
function carries(object: Annotated | undefined, fingerprint: string): boolean {
  const annotations = object?.metadata?.annotations ?? {};
  return [fingerprintKey, "opconnect/credentials-fingerprint", "opconnect/token-fingerprint"].some(
    (key) => annotations[key] === fingerprint,
  );
}

function isThere({ metadata }: Annotated): boolean {
  return metadata?.deletionTimestamp === undefined;
}

function isRunning({ status }: V1Pod): boolean {
  return status?.phase !== "Succeeded" && status?.phase !== "Failed";
}
