import { ApiextensionsV1Api, AppsV1Api, CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import type { RigAccess } from "../rig-access.ts";
import { untilThere } from "../until-there.ts";

/**
 * Everything in the cluster that an environment could touch, one line each, with what changes
 * whenever it is written: equal lists mean that nothing was changed in between. It waits for
 * namespaces that are about to go: another file's, which goes in its own time.
 */
export async function clusterObjects(rig: RigAccess): Promise<readonly string[]> {
  const config = new KubeConfig();
  config.loadFromFile(rig.kubeconfig);
  const core = config.makeApiClient(CoreV1Api);
  await untilThere(async () => {
    const { items } = await core.listNamespace();
    return items.every(({ metadata }) => metadata?.deletionTimestamp === undefined);
  });
  const [namespaces, secrets, definitions, deployments] = await Promise.all([
    core.listNamespace(),
    core.listSecretForAllNamespaces(),
    config.makeApiClient(ApiextensionsV1Api).listCustomResourceDefinition(),
    config.makeApiClient(AppsV1Api).listDeploymentForAllNamespaces(),
  ]);
  const lines = [
    ...namespaces.items.map(({ metadata }) => line("Namespace", metadata, "uid")),
    ...secrets.items.map(({ metadata }) => line("Secret", metadata, "resourceVersion")),
    ...definitions.items.map(({ metadata }) => line("Definition", metadata, "resourceVersion")),
    // The pods' state, which comes and goes by itself, is part of a Deployment's resourceVersion.
    ...deployments.items.map(({ metadata }) => line("Deployment", metadata, "generation")),
  ];
  return lines.sort();
}

interface Metadata {
  readonly name?: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
}

function line(
  kind: string,
  metadata: Metadata | undefined,
  version: "uid" | "resourceVersion" | "generation",
): string {
  const { namespace = "", name } = metadata ?? {};
  return `${kind} ${namespace}/${name} ${metadata?.[version]}`;
}
