import {
  createItemCluster,
  type FixtureItemCluster,
} from "../../../packages/provision/fixtures/fakes/item-cluster.ts";
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
  CLUSTER_STATE_LOST: {
    file: "test/e2e/cluster-drift.test.ts",
    test: "a state that was lost is said at preview, and taken over where that is asked for",
  },
  CLUSTER_OBJECT_FOREIGN: [
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
