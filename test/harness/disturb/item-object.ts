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
  const config = new KubeConfig();
  config.loadFromFile(rig.kubeconfig);
  const kind = { group: "onepassword.com", version: "v1", plural: "onepassworditems" };
  const options = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
  await config
    .makeApiClient(CustomObjectsApi)
    .patchNamespacedCustomObject({ ...kind, ...item, body: { type } }, options);
}
