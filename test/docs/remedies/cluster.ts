import { createItemCluster } from "../../../packages/provision/fixtures/fakes/item-cluster.ts";
import { startKubernetesApi } from "../../../packages/provision/fixtures/fakes/kubernetes-api.ts";
import { loadClusterConfig } from "../../../packages/provision/src/cluster/config.ts";
import { connectCluster } from "../../../packages/provision/src/cluster/connect.ts";
import { applyItem } from "../../../packages/provision/src/cluster/item/apply.ts";
import { waitForSync } from "../../../packages/pulumi/src/provider/cluster/operator-sync.ts";
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
const writeItem = (adopt: boolean) =>
  applyItem(
    items,
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
  CLUSTER_SECRET_FOREIGN: {
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
  CLUSTER_STATE_LOST: {
    file: "test/e2e/cluster-drift.test.ts",
    test: "a state that was lost is said at preview, and taken over where that is asked for",
  },
  CLUSTER_OBJECT_FOREIGN: {
    refused() {
      const metadata = { namespace: "app", name: "db", uid: "theirs", resourceVersion: "1" };
      items.item = { metadata, spec: { itemPath: "vaults/x/items/y" } };
      return writeItem(false);
    },
    mended: () => writeItem(true),
  },
  CLUSTER_NAMESPACE_MISSING: {
    file: "test/e2e/items.test.ts",
    test: "a namespace deleted by hand comes free with the next up, which says what is missing",
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
  CLUSTER_FAILED: {
    refused() {
      api.answerAll = { status: 500, body: { kind: "Status", message: "etcd: request timed out" } };
      return uid();
    },
    mended() {
      api.answerAll = undefined;
      return uid();
    },
  },
};
