import { defined, hasCode } from "@opconnect/core";
import type * as kubernetes from "./kubernetes-client.ts";
import type { createClusterRequests } from "./requests.ts";
import type { ClusterPermission } from "./rights.ts";

/** Where a service account is. */
export interface ServiceAccount {
  readonly namespace: string;
  readonly name: string;
}

/** The requests that ask who may do what. */
export function createAccessReviews(
  config: kubernetes.KubeConfig,
  { client, limited, report }: Awaited<ReturnType<typeof createClusterRequests>>,
) {
  const api = config.makeApiClient(client.AuthorizationV1Api);
  return {
    /** Whether a service account may do something; `"hidden"` from a user who may not ask. */
    async isAllowedTo(account: ServiceAccount, permission: ClusterPermission) {
      const user = `system:serviceaccount:${account.namespace}:${account.name}`;
      const groups = ["", `:${account.namespace}`].map((of) => `system:serviceaccounts${of}`);
      const spec = { user, groups: [...groups, "system:authenticated"] };
      try {
        return await report(`say what ${user} may do`, async () => {
          const body = { ...review, spec: { ...spec, resourceAttributes: defined(permission) } };
          const { status } = await api.createSubjectAccessReview({ body }, limited);
          return status?.allowed === true;
        });
      } catch (error) {
        if (hasCode(error, "CLUSTER_ACCESS_DENIED")) return "hidden" as const;
        throw error;
      }
    },

    /** Whether the user of the kubeconfig may do something: every user may ask this. */
    isAllowed: (permission: ClusterPermission) =>
      report("say what you may do", async () => {
        const spec = { resourceAttributes: defined(permission) };
        const body = { ...selfReview, spec };
        const { status } = await api.createSelfSubjectAccessReview({ body }, limited);
        return status?.allowed === true;
      }),
  };
}

const review = { apiVersion: "authorization.k8s.io/v1", kind: "SubjectAccessReview" } as const;
const selfReview = { ...review, kind: "SelfSubjectAccessReview" } as const;
