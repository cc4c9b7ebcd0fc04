import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import type { RigAccess } from "../rig-access.ts";
import { untilThere } from "../until-there.ts";

/** Asks for the deletion of a namespace, as a person would by hand, and does not wait for it. */
export async function deleteNamespace(rig: RigAccess, name: string): Promise<void> {
  await connect(rig).deleteNamespace({ name });
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
  const core = connect(rig);
  const isGone = async () => (await namespacePhase(rig, name)) === undefined;
  await core.deleteNamespace({ name });
  await untilThere(isGone, 10_000).catch(free);
  await untilThere(isGone);
  await core.createNamespace({ body: { metadata: { name } } });
}

/** Phase of a namespace; `undefined` if there is none. */
export async function namespacePhase(rig: RigAccess, name: string): Promise<string | undefined> {
  const core = connect(rig);
  const found = await core.readNamespace({ name }).catch(() => undefined);
  return found?.status?.phase;
}

function connect({ kubeconfig }: RigAccess): CoreV1Api {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  return config.makeApiClient(CoreV1Api);
}
