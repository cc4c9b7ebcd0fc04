import { createConvention, ownTag } from "@opconnect/core";
import { expect, vi } from "vitest";
import {
  createItemCluster,
  type FixtureItemCluster,
} from "../../../packages/provision/fixtures/fakes/item-cluster.ts";
import { startKubernetesApi } from "../../../packages/provision/fixtures/fakes/kubernetes-api.ts";
import { loadClusterConfig } from "../../../packages/provision/src/cluster/config.ts";
import { connectCluster } from "../../../packages/provision/src/cluster/connect.ts";
import { applyItem } from "../../../packages/provision/src/cluster/item/apply.ts";
import {
  checkNamespace,
  type NamespaceClaim,
  requireNamespace,
} from "../../../packages/pulumi/src/provider/cluster/check-namespace.ts";
import { requirePolicies } from "../../../packages/pulumi/src/provider/cluster/item-access/check.ts";
import { waitForSync } from "../../../packages/pulumi/src/provider/cluster/operator-sync.ts";
import { refuseMoved } from "../../../packages/pulumi/src/provider/cluster/refuse-moved.ts";
import { connectSame } from "../../../packages/pulumi/src/provider/cluster/target.ts";
import type { Remedies } from "./remedy.ts";

/** The cluster that these remedies are tried on, and another. */
const [api, other] = await Promise.all([startKubernetesApi(), startKubernetesApi()]);
other.answerAll = { status: 200, body: { metadata: { uid: "uid-of-another-cluster" } } };

export async function stopClusters(): Promise<void> {
  await Promise.all([api.close(), other.close()]);
}

const uid = async (kubeconfig = api.kubeconfig) => (await connectCluster({ kubeconfig })).uid();
const path = "acme-prod-1password/acme-prod-token";
const secret = { namespace: "acme-prod-1password", name: "acme-prod-token", key: "token" };
const writeSecret = async () =>
  (await connectCluster({ kubeconfig: api.kubeconfig })).applySecret({
    ...secret,
    value: "fixture",
  });

const items = createItemCluster();
const writeItem = (adopt: boolean, cluster = items) =>
  applyItem(
    cluster,
    {
      namespace: "app",
      name: "db",
      stack: "client/acme-prod",
      itemPath: "vaults/a/items/b",
      type: "Opaque",
      labels: {},
      holder: "db",
      claim: "db-1",
      adopt,
      rewrite: false,
    },
    { graceMs: 20, pollMs: 1, namespaceMs: 5 },
  );

let problem = "";
/** An operator that works with new credentials as soon as nothing hinders it. */
const operator = {
  readItemSyncs: async () => [
    { problem, secretLabels: { "opconnect/credentials": problem === "" ? "new" : "old" } },
  ],
  askAgain: async () => {},
};
const roll = () =>
  waitForSync({ credentials: "new", items: [{ namespace: "app", name: "db" }] }, operator, {
    limitMs: 50,
    pollMs: 5,
  });

/** An item of its own for each remedy. */
const [cleared, freed, adopted] = [createItemCluster(), createItemCluster(), createItemCluster()];
const [contended, held, homeless] = [createItemCluster(), createItemCluster(), createItemCluster()];
const { applyItem: takeItem } = contended;

/** An item, or the Secret of one, that somebody else made. */
async function meet(cluster: FixtureItemCluster, kind: "item" | "secret"): Promise<void> {
  const metadata = { namespace: "app", name: "db", uid: "theirs", resourceVersion: "1" };
  if (kind === "item") cluster.item = { metadata, spec: { itemPath: "vaults/x/items/y" } };
  else cluster.secret = { metadata };
  await writeItem(false, cluster);
}

const namespace = "acme-prod-1password";
/** What the cluster says of the environment's namespace. */
const found = (isOurs: boolean, isGoing = false) => ({
  readNamespace: async (name: string) => (name === namespace ? { isOurs, isGoing } : undefined),
});
const [ours, theirs] = [found(true), found(false)];
const claim = (change: Partial<NamespaceClaim> = {}): NamespaceClaim => ({
  namespace,
  owner: "opconnect",
  isKnown: false,
  ...change,
});

/** The Secret of a deployment whose component was called otherwise. */
const heldBy = (holder: string) =>
  refuseMoved(
    { findSecret: async () => ({ fingerprint: "f", annotations: formerMark, keptKeys: [] }) },
    { namespace, name: "acme-prod-token", holder },
  );
const formerMark = ownTag("object", { holder: "urn:former", claim: "first" });

/** What the operator watches, in a ConfigMap of this name. */
const readScope = async (name: string) =>
  (await connectCluster({ kubeconfig: api.kubeconfig }))
    .operatorScope({ namespace, name, deployment: "operator" })
    .read();
const watched = "acme-prod-watched";

export const clusterRemedies: Remedies = {
  CLUSTER_CONFIG_INVALID: {
    refused: () => loadClusterConfig({ kubeconfig: "{}" }),
    mended: () => loadClusterConfig({ kubeconfig: api.kubeconfig }),
  },
  CLUSTER_UNREACHABLE: {
    refused: () => uid(api.kubeconfig.replace(api.url, "http://127.0.0.1:9")),
    mended: () => uid(),
  },
  CLUSTER_ACCESS_DENIED: {
    refused() {
      api.refused.add("/api/v1/namespaces/kube-system");
      return uid();
    },
    mended() {
      api.refused.clear();
      return uid();
    },
  },
  CLUSTER_MISMATCH: {
    refused: async () => connectSame({ kubeconfig: other.kubeconfig, clusterUid: await uid() }),
    mended: async () => connectSame({ kubeconfig: api.kubeconfig, clusterUid: await uid() }),
  },
  CLUSTER_SECRET_FOREIGN: [
    {
      says: "or delete that one if nothing needs it",
      refused() {
        const metadata = { ...secret, uid: "theirs", labels: { app: "theirs" } };
        api.secrets.set(path, { metadata, data: { token: "Zml4dHVyZQ==" } });
        return writeSecret();
      },
      mended() {
        api.secrets.delete(path);
        return writeSecret();
      },
    },
    {
      says: "delete the Secret if nothing needs it",
      refused: () => meet(freed, "secret"),
      mended() {
        freed.secret = undefined;
        return writeItem(false, freed);
      },
    },
    {
      says: "or take it over with `adopt: true`",
      refused: () => meet(adopted, "secret"),
      mended: () => writeItem(true, adopted),
    },
  ],
  CLUSTER_STATE_LOST: [
    {
      file: "test/e2e/cluster-drift.test.ts",
      test: "a state that was lost is said at preview, and taken over where that is asked for",
    },
    {
      says: "set PULUMI_K8S_UPSERT_EXISTING_OBJECTS=true",
      refused: () => checkNamespace(ours, claim()),
      async mended() {
        vi.stubEnv("PULUMI_K8S_UPSERT_EXISTING_OBJECTS", "true");
        await checkNamespace(ours, claim()).finally(() => vi.unstubAllEnvs());
      },
    },
    {
      // With it, the state knows the environment under the name that it has now.
      says: "If the component was moved or renamed, give it an alias, and nothing else",
      refused: () => checkNamespace(ours, claim()),
      mended: () => checkNamespace(ours, claim({ isKnown: true })),
    },
    {
      says: "give the component its former name first",
      refused: () => heldBy("urn:moved"),
      mended: () => heldBy("urn:former"),
    },
    {
      // A refresh drops what is gone, and so the namespace is made before anything is looked for.
      says: "Run `pulumi up --refresh` once it is gone",
      refused: () => requireNamespace(found(true, true), namespace),
      async mended() {
        await checkNamespace({ readNamespace: async () => undefined }, claim({ isKnown: true }));
        await requireNamespace(ours, namespace);
      },
    },
  ],
  CLUSTER_OBJECT_FOREIGN: [
    {
      says: '`namespaceOwner: "platform"` has it used as it is and kept',
      refused: () => checkNamespace(theirs, claim()),
      mended: () => checkNamespace(theirs, claim({ owner: "platform" })),
    },
    {
      says: "Or give ours another name: `convention.namespace`",
      refused: () => checkNamespace(theirs, claim()),
      async mended() {
        const convention = createConvention({ namespace: "{client}-{environment}-connect" });
        const names = convention.names({ client: "acme", environment: "prod" });
        expect(names.namespace).not.toBe(namespace);
        await checkNamespace(theirs, claim({ namespace: names.namespace }));
      },
    },
    {
      says: "Leave `namespaceOwner` out",
      refused: () => checkNamespace(ours, claim({ owner: "platform", isKnown: true })),
      mended: () => checkNamespace(ours, claim({ isKnown: true })),
    },
    {
      // The namespace went with the environment, and the platform has made it since.
      says: "To hand it over, destroy the environment first",
      refused: () => checkNamespace(ours, claim({ owner: "platform", isKnown: true })),
      mended: () => checkNamespace(theirs, claim({ owner: "platform" })),
    },
    {
      says: "Give ours another name (`convention.watchedNamespaces`)",
      async refused() {
        api.configMaps.set(`${namespace}/${watched}`, { metadata: { namespace, name: watched } });
        await readScope(watched);
      },
      mended: () => readScope("acme-prod-namespaces"),
    },
    {
      says: `\`kubectl delete configmap -n ${namespace} ${watched}\``,
      refused: () => readScope(watched),
      async mended() {
        api.configMaps.delete(`${namespace}/${watched}`);
        await readScope(watched);
      },
    },
    {
      says: "take it over with `adopt: true`",
      refused: () => meet(items, "item"),
      mended: () => writeItem(true),
    },
    {
      says: "delete that one if nothing needs it",
      refused: () => meet(cleared, "item"),
      mended() {
        cleared.item = undefined;
        return writeItem(false, cleared);
      },
    },
  ],
  CLUSTER_NAMESPACE_MISSING: [
    {
      file: "test/e2e/items.test.ts",
      test: "a namespace deleted by hand comes free with the next up, which says what is missing",
    },
    {
      says: "Otherwise create it",
      refused() {
        homeless.namespace = "missing";
        return writeItem(false, homeless);
      },
      mended() {
        homeless.namespace = "there";
        return writeItem(false, homeless);
      },
    },
  ],
  CLUSTER_POLICY_DENIED: {
    refused() {
      const denial =
        "ValidatingAdmissionPolicy 'x' with binding 'x' denied request: No rule allows it";
      api.answerAll = { status: 422, body: { kind: "Status", message: denial } };
      return uid();
    },
    mended() {
      api.answerAll = undefined;
      return uid();
    },
  },
  CLUSTER_POLICY_UNSUPPORTED: {
    refused: () => requirePolicies({ servesAdmissionPolicies: async () => false }),
    mended: () => requirePolicies({ servesAdmissionPolicies: async () => true }),
  },
  CLUSTER_ITEM_NOT_READY: {
    file: "test/e2e/items.test.ts",
    test: "an update waits for a Secret with the keys that are needed, and says what there is instead",
  },
  CLUSTER_SYNC_TIMED_OUT: {
    refused() {
      problem = "status 401: Invalid bearer token";
      return roll();
    },
    mended() {
      problem = "";
      return roll();
    },
  },
  CREDENTIALS_IN_USE: {
    file: "test/e2e/undo.test.ts",
    test: "what the cluster still uses is not revoked by an update of a part, and up ends it",
  },
  CLUSTER_FAILED: [
    {
      refused() {
        const body = { kind: "Status", message: "etcd: request timed out" };
        api.answerAll = { status: 500, body };
        return uid();
      },
      mended() {
        api.answerAll = undefined;
        return uid();
      },
    },
    {
      says: "Find out what else writes it",
      refused() {
        contended.applyItem = async () => "conflict";
        return writeItem(false, contended);
      },
      mended() {
        contended.applyItem = takeItem;
        return writeItem(false, contended);
      },
    },
    {
      says: "See to it that what has set them takes them off",
      async refused() {
        await writeItem(false, held);
        held.operatorWorks = false;
        const { metadata, ...rest } = Object(held.item);
        const deletionTimestamp = "2026-01-01T00:00:00Z";
        const finalizers = ["example.com/theirs"];
        held.item = { ...rest, metadata: { ...metadata, deletionTimestamp, finalizers } };
        await writeItem(false, held);
      },
      mended() {
        held.item = undefined;
        return writeItem(false, held);
      },
    },
  ],
};
