import {
  AppsV1Api,
  CoreV1Api,
  CustomObjectsApi,
  KubeConfig,
  PatchStrategy,
  setHeaderOptions,
} from "@kubernetes/client-node";
import type { RigAccess } from "../rig-access.ts";

/** Where a Deployment is. */
interface DeploymentName {
  readonly namespace: string;
  readonly name: string;
}

/** Scales a Deployment, as a person would by hand, and waits until that many pods run. */
export async function scale(
  rig: RigAccess,
  deployment: DeploymentName,
  replicas: number,
): Promise<void> {
  const apps = connect(rig).makeApiClient(AppsV1Api);
  const options = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
  await apps.patchNamespacedDeploymentScale(
    { ...deployment, body: { spec: { replicas } } },
    options,
  );
  await until(async () => {
    const { status } = await apps.readNamespacedDeployment(deployment);
    return (status?.readyReplicas ?? 0) === replicas && (status?.replicas ?? 0) === replicas;
  });
}

/** Deletes a Deployment, as a person would by hand. */
export async function deleteDeployment(rig: RigAccess, deployment: DeploymentName): Promise<void> {
  await connect(rig).makeApiClient(AppsV1Api).deleteNamespacedDeployment(deployment);
}

/** Asks for the deletion of a namespace, as a person would by hand, and does not wait for it. */
export async function deleteNamespace(rig: RigAccess, name: string): Promise<void> {
  await connect(rig).makeApiClient(CoreV1Api).deleteNamespace({ name });
}

/**
 * Deletes a namespace and makes another of its name, as a person would by hand.
 * @param free Frees it where it stays in Terminating: the operator's RoleBinding may go before the
 * operator has let go of the items.
 */
export async function makeNamespaceAgain(
  rig: RigAccess,
  name: string,
  free: () => Promise<unknown>,
): Promise<void> {
  const core = connect(rig).makeApiClient(CoreV1Api);
  const isGone = async () => (await namespacePhase(rig, name)) === undefined;
  await core.deleteNamespace({ name });
  await until(isGone, 10_000).catch(free);
  await until(isGone);
  await core.createNamespace({ body: { metadata: { name } } });
}

/** Phase of a namespace; `undefined` if there is none. */
export async function namespacePhase(rig: RigAccess, name: string): Promise<string | undefined> {
  const core = connect(rig).makeApiClient(CoreV1Api);
  const found = await core.readNamespace({ name }).catch(() => undefined);
  return found?.status?.phase;
}

/** Deletes an item, as a person would by hand. */
export async function deleteItemObject(
  rig: RigAccess,
  item: { readonly namespace: string; readonly name: string },
): Promise<void> {
  const kind = { group: "onepassword.com", version: "v1", plural: "onepassworditems" };
  await connect(rig)
    .makeApiClient(CustomObjectsApi)
    .deleteNamespacedCustomObject({ ...kind, ...item });
}

function connect({ kubeconfig }: RigAccess): KubeConfig {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  return config;
}

async function until(isDone: () => Promise<boolean>, limitMs = 180_000): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!(await isDone())) {
    if (Date.now() > deadline) throw new Error(`The cluster did not get there in ${limitMs} ms.`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
