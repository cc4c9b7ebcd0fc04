import { ConnectError } from "@opconnect/core";
import { afterEach, expect, test, vi } from "vitest";
import { connectFormer } from "../cluster/target.ts";
import { findUsers, noteUse, requireUnused } from "./credential-use.ts";

const connectCluster = vi.hoisted(() => vi.fn());
vi.mock("@opconnect/provision/cluster", () => ({ connectCluster }));

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  connectCluster.mockReset();
});

const use = { namespace: "acme-prod-1password", name: "acme-prod-token", fingerprint: "f1" };
const usedIn = { clusterUid: "uid", kubeconfig: "old", namespace: use.namespace, name: use.name };
const token = { what: "Connect token 4f", secretId: "one", fingerprint: "f1", usedIn };

function clusterWith(lasting: readonly string[], pods: readonly string[] = []) {
  const listUsers = vi.fn().mockResolvedValue({ lasting, pods });
  return { uid: async () => "uid", listUsers };
}

test("what the cluster uses is refused, with what uses it and what to do", async () => {
  connectCluster.mockResolvedValue(clusterWith(["the Secret a/b", "the Deployment a/operator"]));
  await expect(requireUnused(token)).rejects.toMatchObject({
    code: "CREDENTIALS_IN_USE",
    happened:
      "The Connect token 4f is still used in the cluster, by the Secret a/b, the Deployment a/operator. It was left alone.",
    remedy: expect.stringContaining("pulumi up"),
  });
});

test("what the cluster does not use may go, and no cluster is asked where none uses it", async () => {
  const cluster = clusterWith([]);
  connectCluster.mockResolvedValue(cluster);
  await requireUnused(token);
  expect(cluster.listUsers).toHaveBeenCalledExactlyOnceWith(expect.objectContaining(use));
  connectCluster.mockReset();
  await requireUnused({ ...token, usedIn: undefined });
  await requireUnused({ ...token, fingerprint: undefined });
  expect(connectCluster).not.toHaveBeenCalled();
});

test("what this run says of the cluster counts, and not what a state said", async () => {
  connectCluster.mockResolvedValue(clusterWith([]));
  noteUse("another", { ...usedIn, kubeconfig: "new" });
  await requireUnused({ ...token, secretId: "another" });
  expect(connectCluster).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ kubeconfig: "new" }),
  );
});

test("pods on their way out are waited for, and others are not", async () => {
  const cluster = clusterWith([], ["the pod a/operator-1"]);
  cluster.listUsers.mockResolvedValueOnce({ lasting: [], pods: ["the pod a/operator-0"] });
  cluster.listUsers.mockResolvedValueOnce({ lasting: [], pods: [] });
  expect(await findUsers(cluster, use, { pollMs: 1 })).toEqual([]);
  const users = await findUsers(cluster, use, { limitMs: 5, pollMs: 1 });
  expect(users).toEqual(["the pod a/operator-1"]);
});

test("a cluster out of reach refuses, unless it is said to be gone", async () => {
  const failure = new ConnectError("CLUSTER_UNREACHABLE", "No answer.", "Try again.");
  connectCluster.mockRejectedValue(failure);
  await expect(requireUnused(token)).rejects.toMatchObject({
    code: "CLUSTER_UNREACHABLE",
    remedy: expect.stringContaining("PULUMI_K8S_DELETE_UNREACHABLE=true"),
  });
  vi.stubEnv("PULUMI_K8S_DELETE_UNREACHABLE", "true");
  const said = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  await requireUnused(token);
  expect(said).toHaveBeenCalledExactlyOnceWith("No answer. It is taken for gone.\n");
});

test("a cluster that refuses to tell is no cluster that is gone", async () => {
  const denied = new ConnectError("CLUSTER_ACCESS_DENIED", "No.", "Allow it.");
  connectCluster.mockRejectedValue(denied);
  vi.stubEnv("PULUMI_K8S_DELETE_UNREACHABLE", "true");
  await expect(requireUnused(token)).rejects.toBe(denied);
});

test("a way to the cluster that a destroy has found is taken before the older one", async () => {
  connectCluster.mockResolvedValue(clusterWith([]));
  await connectFormer({ clusterUid: "uid", context: "of today" });
  connectCluster.mockClear();
  await requireUnused(token);
  expect(connectCluster).toHaveBeenCalledExactlyOnceWith({
    kubeconfig: undefined,
    context: "of today",
  });
});
