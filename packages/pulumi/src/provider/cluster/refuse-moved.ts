import { ConnectError, judgeHold } from "@opconnect/core";
import type { ClusterConnection } from "@opconnect/provision/cluster";

/** A Secret of a deployment, and the resource that is to have it. */
export interface HeldObject {
  readonly namespace: string;
  readonly name: string;
  /** The resource's URN. */
  readonly holder: string;
}

/**
 * What is taken over from a state that was lost is the same resource's. What another one has, the
 * state still knows under that name: this update would take it over, and then delete it, with the
 * namespace and the chart.
 * @throws `CLUSTER_STATE_LOST`, and what looking for the Secret throws.
 */
export async function refuseMoved(
  cluster: Pick<ClusterConnection, "findSecret">,
  { namespace, name, holder }: HeldObject,
): Promise<void> {
  const found = await cluster.findSecret({ namespace, name });
  const judgement = judgeHold("object", found?.annotations ?? {}, { holder });
  if (judgement.verdict !== "shared") return;
  throw new ConnectError(
    "CLUSTER_STATE_LOST",
    `The Secret ${namespace}/${name} is noted as that of ${judgement.others.join(" and ")}.`,
    "If the component was moved or renamed, give it an alias, and run without PULUMI_K8S_UPSERT_EXISTING_OBJECTS. If the state was lost, give the component its former name first.",
  );
}
