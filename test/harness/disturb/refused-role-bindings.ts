import {
  AdmissionregistrationV1Api,
  KubeConfig,
  RbacAuthorizationV1Api,
} from "@kubernetes/client-node";
import type { RigAccess } from "../rig-access.ts";

/**
 * Has the cluster refuse RoleBindings in a namespace, as a policy of its people may. It is in force
 * on return.
 * @returns What lifts it.
 */
export async function refuseRoleBindings(
  { kubeconfig }: RigAccess,
  namespace: string,
): Promise<() => Promise<void>> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const api = config.makeApiClient(AdmissionregistrationV1Api);
  const name = `no-role-bindings-${namespace}`;
  const rule = {
    apiGroups: ["rbac.authorization.k8s.io"],
    apiVersions: ["v1"],
    operations: ["CREATE", "UPDATE"],
    resources: ["rolebindings"],
  };
  await api.createValidatingAdmissionPolicy({
    body: {
      metadata: { name },
      spec: {
        matchConstraints: { resourceRules: [rule] },
        validations: [{ expression: `object.metadata.namespace != "${namespace}"` }],
      },
    },
  });
  await api.createValidatingAdmissionPolicyBinding({
    body: { metadata: { name }, spec: { policyName: name, validationActions: ["Deny"] } },
  });
  while (await isTaken(config, namespace)) {
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return async () => {
    await api.deleteValidatingAdmissionPolicyBinding({ name });
    await api.deleteValidatingAdmissionPolicy({ name });
    while (!(await isTaken(config, namespace))) {
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  };
}

/** Whether the cluster would take a RoleBinding. */
async function isTaken(config: KubeConfig, namespace: string): Promise<boolean> {
  const body = {
    metadata: { name: "trial" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" },
  };
  const rbac = config.makeApiClient(RbacAuthorizationV1Api);
  return rbac.createNamespacedRoleBinding({ namespace, body, dryRun: "All" }).then(
    () => true,
    () => false,
  );
}
