import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CoreV1Api, KubeConfig, RbacAuthorizationV1Api } from "@kubernetes/client-node";
import type { RigAccess } from "../rig-access.ts";

/**
 * Makes a service account that may do nothing but what a ClusterRole grants it.
 * @param rules What it may do; none, and it may do what everybody may.
 * @returns The path of its kubeconfig.
 */
export async function createWeakIdentity(
  rig: RigAccess,
  name: string,
  rules: readonly { readonly resource: string; readonly verbs: readonly string[] }[] = [],
): Promise<string> {
  const config = new KubeConfig();
  config.loadFromFile(rig.kubeconfig);
  const core = config.makeApiClient(CoreV1Api);
  const namespace = "default";
  await core.createNamespacedServiceAccount({ namespace, body: { metadata: { name } } });
  const rights = config.makeApiClient(RbacAuthorizationV1Api);
  const granted = rules.map(({ resource, verbs }) => ({
    apiGroups: [""],
    resources: [resource],
    verbs: [...verbs],
  }));
  await rights.createClusterRole({ body: { metadata: { name }, rules: granted } });
  await rights.createClusterRoleBinding({
    body: {
      metadata: { name },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name },
      subjects: [{ kind: "ServiceAccount", name, namespace }],
    },
  });
  const body = { spec: { audiences: [] } };
  const { status } = await core.createNamespacedServiceAccountToken({ namespace, name, body });
  const weak = new KubeConfig();
  const cluster = config.getCurrentCluster();
  weak.loadFromOptions({
    clusters: [cluster],
    users: [{ name, token: status?.token }],
    contexts: [{ name, user: name, cluster: cluster?.name }],
    currentContext: name,
  });
  const path = join(rig.dir, `${name}.kubeconfig`);
  await writeFile(path, weak.exportConfig(), { mode: 0o600 });
  return path;
}
