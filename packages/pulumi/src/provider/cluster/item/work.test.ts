import { ConnectError } from "@opconnect/core";
import { afterEach, expect, test, vi } from "vitest";
import { connectFormer } from "../target.ts";
import { work } from "./work.ts";

const connectCluster = vi.hoisted(() => vi.fn());
vi.mock("@opconnect/provision/cluster", () => ({ connectCluster }));

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  connectCluster.mockReset();
});

const state = {
  clusterUid: "cluster",
  kubeconfig: "of yesterday",
  namespace: "app",
  name: "db",
  itemPath: "vaults/a/items/b",
  type: "Opaque",
  labels: {},
  adopt: false,
  stack: "client/acme-prod",
  holder: "holder",
  uid: "item",
  claim: "claim",
};

test("an item on a cluster out of reach stays, unless that is said to be gone", async () => {
  const failure = new ConnectError("CLUSTER_UNREACHABLE", "No answer.", "Try again.");
  connectCluster.mockRejectedValue(failure);
  await expect(work.delete?.("app/db", state)).rejects.toMatchObject({
    remedy: expect.stringContaining("PULUMI_K8S_DELETE_UNREACHABLE=true"),
  });
  vi.stubEnv("PULUMI_K8S_DELETE_UNREACHABLE", "true");
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
  await work.delete?.("app/db", state);
});

test("an item goes by the way to the cluster that this run knows, not by that of its state", async () => {
  const releaseItem = vi.fn().mockResolvedValue("deleted");
  connectCluster.mockResolvedValue({ uid: async () => "cluster", releaseItem });
  await connectFormer({ clusterUid: "cluster", kubeconfig: "of today" });
  connectCluster.mockClear();
  await work.delete?.("app/db", state);
  expect(connectCluster).toHaveBeenCalledExactlyOnceWith({
    kubeconfig: "of today",
    context: undefined,
  });
  expect(releaseItem).toHaveBeenCalledOnce();
});
