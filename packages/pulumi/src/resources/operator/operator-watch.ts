import type * as pulumi from "@pulumi/pulumi";
import { targetInputs, withSecretKubeconfig } from "../cluster-target.ts";
import { ProvidedResource } from "../provided-resource.ts";
import type { OperatorScope } from "./operator-scope.ts";

/**
 * That the operator watches what an {@link OperatorScope} claims. It stands between the operator's
 * rights and all that needs the operator: `create` has it watch the namespaces in which it has been
 * given rights by then, and `delete`, which comes before those rights go, takes the claim back. So the
 * operator never watches where it may not look, at which it would get no further than its start.
 *
 * Errors of an update: `CLUSTER_MISMATCH`, `CLUSTER_UNREACHABLE`, `CLUSTER_ACCESS_DENIED`.
 */
export class OperatorWatch extends ProvidedResource {
  constructor(name: string, scope: OperatorScope, opts?: pulumi.CustomResourceOptions) {
    const { cluster, namespace, name: configMap, deployment, namespaces } = scope.claimed;
    const place = { ...targetInputs(cluster), namespace, name: configMap, deployment };
    const { generation, holder } = scope;
    const inputs = { ...place, namespaces, generation, holder };
    super("operatorWatch", name, inputs, withSecretKubeconfig(opts));
  }
}
