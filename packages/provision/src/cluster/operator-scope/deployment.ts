import { watchVariable } from "@opconnect/core";
import type { V1Deployment } from "../kubernetes-client.ts";
import type { OperatorScopePlace, ScopeApi } from "./config-map.ts";

/**
 * Sees to it that the operator, if it is there, runs with what the ConfigMap says: its pods are made
 * anew for other namespaces, as it reads them only when it starts, and a variable goes that a person
 * or a former release has set, since that comes before the ConfigMap. The chart's own update would
 * leave such a variable, which is another field manager's.
 */
export async function letOperatorRead(
  api: ScopeApi,
  { namespace, name, deployment }: OperatorScopePlace,
  watched: readonly string[] | undefined,
): Promise<void> {
  const place = { namespace, name: deployment };
  const [container] = containersOf(await api.readDeployment(place));
  if (container === undefined) return;
  const reading = {
    name: container.name,
    env: [{ name: watchVariable, $patch: "delete" }],
    envFrom: [{ configMapRef: { name } }],
  };
  const annotations = { [watchMark]: markOf(watched) };
  await api.patchDeployment(place, {
    spec: { template: { metadata: { annotations }, spec: { containers: [reading] } } },
  });
}

/** Whether the operator's pods run with what the ConfigMap says; `undefined` without a Deployment. */
export async function operatorReads(
  api: ScopeApi,
  { namespace, name, deployment }: OperatorScopePlace,
  watched: readonly string[] | undefined,
): Promise<boolean | undefined> {
  const found = await api.readDeployment({ namespace, name: deployment });
  if (found === undefined) return undefined;
  // A Deployment that was made after the ConfigMap has no mark yet.
  const mark = found.spec?.template.metadata?.annotations?.[watchMark] ?? markOf(watched);
  const [container] = containersOf(found);
  const isRead = container?.envFrom?.some(({ configMapRef }) => configMapRef?.name === name);
  const isOverridden = container?.env?.some((variable) => variable.name === watchVariable);
  return isRead === true && isOverridden !== true && mark === markOf(watched);
}

/** Annotation of the pods: what they were to watch when they were made. */
const watchMark = "opconnect/watched-namespaces";

function markOf(watched: readonly string[] = []): string {
  return watched.join(",") || "all";
}

function containersOf(deployment: V1Deployment | undefined) {
  return deployment?.spec?.template.spec?.containers ?? [];
}
