import {
  CustomObjectsApi,
  KubeConfig,
  PatchStrategy,
  setHeaderOptions,
} from "@kubernetes/client-node";
import type { RigAccess } from "../rig-access.ts";

/** Gives a `OnePasswordItem` another type of Secret, as a person would by hand. */
export async function retypeItem(
  rig: RigAccess,
  item: { readonly namespace: string; readonly name: string },
  type: string,
): Promise<void> {
  const options = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
  await connect(rig).patchNamespacedCustomObject({ ...kind, ...item, body: { type } }, options);
}

/** Deletes a `OnePasswordItem`, as a person would by hand. */
export async function deleteItemObject(
  rig: RigAccess,
  item: { readonly namespace: string; readonly name: string },
): Promise<void> {
  await connect(rig).deleteNamespacedCustomObject({ ...kind, ...item });
}

const kind = { group: "onepassword.com", version: "v1", plural: "onepassworditems" };

function connect({ kubeconfig }: RigAccess): CustomObjectsApi {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  return config.makeApiClient(CustomObjectsApi);
}
