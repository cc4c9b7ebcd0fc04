import { AppsV1Api, KubeConfig, PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import type { RigAccess } from "../rig-access.ts";
import { untilThere } from "../until-there.ts";

/** Where a Deployment is. */
interface DeploymentName {
  readonly namespace: string;
  readonly name: string;
}

/** Gives a Deployment another number of pods, as `kubectl scale` does. */
export async function scaleDeployment(
  rig: RigAccess,
  deployment: DeploymentName,
  replicas: number,
): Promise<void> {
  await patch(rig, deployment, { spec: { replicas } });
}

/** The same, and waits until that many pods run. */
export async function scaleAndWait(
  rig: RigAccess,
  deployment: DeploymentName,
  replicas: number,
): Promise<void> {
  await scaleDeployment(rig, deployment, replicas);
  await untilThere(async () => {
    const { status } = await connect(rig).readNamespacedDeployment(deployment);
    return (status?.readyReplicas ?? 0) === replicas && (status?.replicas ?? 0) === replicas;
  });
}

/**
 * Sets a variable of the first container, as `kubectl set env` does.
 * @returns what puts the former one back.
 */
export async function setVariable(
  rig: RigAccess,
  deployment: DeploymentName,
  { name, value }: { readonly name: string; readonly value: string },
): Promise<() => Promise<void>> {
  const { spec } = await connect(rig).readNamespacedDeployment(deployment);
  const [container] = spec?.template.spec?.containers ?? [];
  const before = container?.env?.find((each) => each.name === name);
  const set = async (variable: object) => {
    const containers = [{ name: container?.name, env: [{ name, ...variable }] }];
    await patch(rig, deployment, { spec: { template: { spec: { containers } } } });
  };
  await set({ value, valueFrom: null });
  return () => set(before === undefined ? { $patch: "delete" } : { value: null, ...before });
}

/** Deletes a Deployment, as a person would by hand. */
export async function removeDeployment(rig: RigAccess, deployment: DeploymentName): Promise<void> {
  await connect(rig).deleteNamespacedDeployment(deployment);
}

async function patch(rig: RigAccess, deployment: DeploymentName, body: object): Promise<void> {
  const options = setHeaderOptions("Content-Type", PatchStrategy.StrategicMergePatch);
  await connect(rig).patchNamespacedDeployment({ ...deployment, body }, options);
}

function connect({ kubeconfig }: RigAccess): AppsV1Api {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  return config.makeApiClient(AppsV1Api);
}
