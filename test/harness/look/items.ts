import { CoreV1Api, CustomObjectsApi, KubeConfig } from "@kubernetes/client-node";
import type { RigAccess } from "../rig-access.ts";

interface Listed {
  readonly metadata?: { readonly namespace?: string; readonly name?: string };
}

/** Which items a cluster has in some namespaces, and which Secrets the operator has written there. */
export async function itemsIn(rig: RigAccess, namespaces: readonly string[]) {
  const config = new KubeConfig();
  config.loadFromFile(rig.kubeconfig);
  const kind = { group: "onepassword.com", version: "v1", resourcePlural: "onepassworditems" };
  const objects: { readonly items: readonly Listed[] } = await config
    .makeApiClient(CustomObjectsApi)
    .listCustomObjectForAllNamespaces(kind);
  const secrets = await config.makeApiClient(CoreV1Api).listSecretForAllNamespaces();
  const written = secrets.items.filter(
    ({ metadata }) => metadata?.annotations?.["operator.1password.io/item-path"] !== undefined,
  );
  const placesOf = (listed: readonly Listed[]) =>
    listed
      .filter(({ metadata }) => namespaces.includes(metadata?.namespace ?? ""))
      .map(({ metadata }) => `${metadata?.namespace}/${metadata?.name}`)
      .sort();
  return { objects: placesOf(objects.items), secrets: placesOf(written) };
}
