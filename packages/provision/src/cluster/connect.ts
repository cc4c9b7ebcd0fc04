import { ConnectError, type Hold, unlessCode } from "@opconnect/core";
import { type ClusterSecretName, createClusterApi } from "./api.ts";
import {
  ensureCertificate,
  observeCertificate,
  type WantedCertificate,
} from "./certificate/ensure.ts";
import { findCertificate } from "./certificate/find.ts";
import { awaitGiven, findGiven, type GivenCertificate } from "./certificate/given.ts";
import { type ClusterAccess, loadClusterConfig } from "./config.ts";
import { type ApplyPatience, applyItem, type ItemContent } from "./item/apply.ts";
import { awaitArrival, type NeededSecret, observeArrival } from "./item/arrival.ts";
import { askAgain } from "./item/ask-again.ts";
import { type ItemAsker, listDeploymentAskers, listItemAskers } from "./item/askers.ts";
import { freeNamespaces } from "./item/free.ts";
import { type ItemIdentity, observeItem } from "./item/observe.ts";
import { readItems } from "./item/read-items.ts";
import { refusalOf } from "./item/refusal.ts";
import { type ItemHold, type ReleasePatience, releaseItem } from "./item/release.ts";
import { readItemSyncs } from "./item/sync.ts";
import { type NamespacePatience, namespaceState, requireNamespace } from "./namespace.ts";
import {
  claimScope,
  hasScopeClaim,
  releaseScope,
  type ScopeClaim,
  settleScope,
  watchScope,
} from "./operator-scope/claim.ts";
import { type OperatorScopePlace, readScope } from "./operator-scope/config-map.ts";
import { type OperatorRightsNames, observeScope } from "./operator-scope/drift.ts";
import {
  type ClusterPermission,
  neededPermissions,
  policyPermissions,
  type UsedNamespaces,
} from "./rights.ts";
import { applySecret, type ClusterSecretContent, type ClusterSecretPlace } from "./secret/apply.ts";
import { deleteSecret } from "./secret/delete.ts";
import { describeSecret, isOurs } from "./secret/describe.ts";
import { findSecret } from "./secret/find.ts";
import { type CredentialUse, listUsers } from "./secret/users.ts";

export { lacksKubeconfig } from "./config.ts";

/** A cluster, as far as our own Secrets and the operator's scope go. */
export type ClusterConnection = Awaited<ReturnType<typeof connectCluster>>;

/**
 * Connects to a cluster. Reads the kubeconfig only; the first request shows whether it can be
 * reached: all of them throw `CLUSTER_UNREACHABLE`, `CLUSTER_ACCESS_DENIED` or `CLUSTER_FAILED`.
 * @param timeoutMs Time limit of one request, in milliseconds.
 * @throws `CLUSTER_CONFIG_INVALID` if the kubeconfig cannot be used.
 */
export async function connectCluster(access: ClusterAccess, timeoutMs = 20_000) {
  const api = await createClusterApi(await loadClusterConfig(access), timeoutMs);
  const forbiddenOf = async (permissions: readonly ClusterPermission[]) => {
    const allowed = await Promise.all(permissions.map(api.isAllowed));
    return permissions.filter((_, index) => !allowed[index]);
  };
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

    /** Says what a namespace is to us; see {@link ClusterApi.findNamespace}. */
    async readNamespace(name: string) {
      const found = await api.findNamespace(name);
      if (found === undefined || found === "hidden") return found;
      return { isOurs: isOurs(found), isGoing: found.status?.phase === "Terminating" };
    },

    /** See {@link applySecret}. */
    applySecret: (secret: ClusterSecretContent) => applySecret(api, secret),

    /** Describes a Secret without its value; `undefined` if there is none. */
    async readSecret({ namespace, name, ...keys }: ClusterSecretPlace) {
      const found = await api.readSecret({ namespace, name });
      return found && describeSecret(found, keys);
    },

    /** See {@link findSecret}. */
    findSecret: (name: ClusterSecretName) => findSecret(api, name),

    /** See {@link listUsers}. */
    listUsers: (use: CredentialUse) => listUsers(api, use),

    /** See {@link readItems}. */
    readItems: (namespace: string, names: readonly string[]) => readItems(api, namespace, names),

    /** See {@link readItemSyncs}. */
    readItemSyncs: (items: readonly ClusterSecretName[]) => readItemSyncs(api, items),

    /** See {@link askAgain}. */
    askAgain: (name: ClusterSecretName) => askAgain(api, name),

    /** See {@link awaitArrival}. */
    awaitArrival: (needed: NeededSecret) => awaitArrival(api, needed),

    /** See {@link observeArrival}. */
    observeArrival: (name: ClusterSecretName) => observeArrival(api, name),

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

    /** See {@link freeNamespaces}. */
    freeNamespaces: (namespaces: readonly string[], patience: ReleasePatience) =>
      freeNamespaces(api, namespaces, patience),

    /** See {@link namespaceState}. */
    namespaceState: (name: string) => namespaceState(api, name),

    /**
     * Waits a moment for a namespace that something needs.
     * @throws `CLUSTER_NAMESPACE_MISSING`.
     */
    requireNamespace: (name: string, need: string, patience: NamespacePatience) =>
      requireNamespace(api, name, need, patience),

    /** Lets go of an item, and deletes it with its Secret where both are its alone. */
    releaseItem: (hold: ItemHold, patience: ReleasePatience) => releaseItem(api, hold, patience),

    /** See {@link deleteSecret}. */
    deleteSecret: (secret: ClusterSecretName, hold: Hold = {}) => deleteSecret(api, secret, hold),

    /** What the operator watches, see {@link claimScope} and the others. */
    operatorScope: (place: OperatorScopePlace) => ({
      claim: (claim: ScopeClaim, formerHolder?: string) =>
        claimScope(api, place, claim, formerHolder),
      watch: (claim: ScopeClaim) => watchScope(api, place, claim),
      release: (claim: Omit<ScopeClaim, "namespaces">) => releaseScope(api, place, claim),
      settle: () => settleScope(api, place),
      read: () => readScope(api, place),
      has: (claim: Omit<ScopeClaim, "namespaces">) => hasScopeClaim(api, place, claim),
      observe: (claim: Omit<ScopeClaim, "generation">, names: OperatorRightsNames) =>
        observeScope(api, place, claim, names),
    }),

    /** What Connect serves TLS with. */
    certificates: {
      /** See {@link ensureCertificate}. */
      ensure: (wanted: WantedCertificate) => ensureCertificate(api, wanted),
      /** See {@link findCertificate}. */
      find: (place: Pick<WantedCertificate, "namespace" | "name" | "trust">) =>
        findCertificate(api, place),
      /** See {@link observeCertificate}. */
      observe: (place: ClusterSecretName) => observeCertificate(api, place),
      /** See {@link findGiven}. */
      findGiven: (place: ClusterSecretName) => findGiven(api, place),
      /** See {@link awaitGiven}. */
      awaitGiven: (given: GivenCertificate) => awaitGiven(api, given),
    },

    servesAdmissionPolicies: api.servesAdmissionPolicies,

    /**
     * Lists what asks the operator for items, and what could not be listed for want of the right.
     * @param namespaces None for all.
     */
    async listAskers(namespaces: readonly string[]) {
      const places = namespaces.length === 0 ? [undefined] : namespaces;
      const missed: string[] = [];
      const lists = [
        ["OnePasswordItems", listItemAskers],
        ["Deployments", listDeploymentAskers],
      ] as const;
      const found = await Promise.all(
        places.flatMap((place) =>
          lists.map(async ([kind, list]): Promise<readonly ItemAsker[]> => {
            const askers = await unlessCode(["CLUSTER_ACCESS_DENIED"], () => list(api, place));
            if (askers === undefined) missed.push(`${kind} in ${place ?? "all namespaces"}`);
            return askers ?? [];
          }),
        ),
      );
      return { askers: found.flat(), missed };
    },

    /** Whether the user of the kubeconfig may read these Secrets. */
    mayReadSecrets: async (secrets: readonly ClusterSecretName[]) => {
      const read = { verb: "get", group: "", resource: "secrets" } as const;
      return (await forbiddenOf(secrets.map((each) => ({ ...read, ...each })))).length === 0;
    },

    /** Of what an `ItemAccessPolicy` takes, what the user of the kubeconfig may not do. */
    listForbiddenPolicies: () => forbiddenOf(policyPermissions),

    /**
     * Lists what the user of the kubeconfig may not do of what an environment needs. Changes nothing.
     * @see https://kubernetes.io/docs/reference/access-authn-authz/authorization/#checking-api-access
     */
    listForbidden: (used: UsedNamespaces) => forbiddenOf(neededPermissions(used)),
  };
}
