import { CoreV1Api, KubeConfig, PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import type { RigAccess } from "../rig-access.ts";

/** Where a Secret is. */
interface SecretName {
  readonly namespace: string;
  readonly name: string;
}

/** Labels of a Secret. */
export async function secretLabels(
  rig: RigAccess,
  secret: SecretName,
): Promise<Readonly<Record<string, string>>> {
  const { metadata } = await connect(rig).readNamespacedSecret(secret);
  return metadata?.labels ?? {};
}

/** The value under a key of a Secret. */
export async function secretValue(
  rig: RigAccess,
  { key, ...secret }: SecretName & { readonly key: string },
): Promise<string> {
  const { data = {} } = await connect(rig).readNamespacedSecret(secret);
  return Buffer.from(data[key] ?? "", "base64").toString();
}

/** Puts another value under a key of a Secret, as a person would by hand. */
export async function alterSecret(
  rig: RigAccess,
  { key, ...secret }: SecretName & { readonly key: string },
  value: string,
): Promise<void> {
  const body = { data: { [key]: Buffer.from(value).toString("base64") } };
  const options = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
  await connect(rig).patchNamespacedSecret({ ...secret, body }, options);
}

/** Deletes a Secret, as a person would by hand. */
export async function removeSecret(rig: RigAccess, secret: SecretName): Promise<void> {
  await connect(rig).deleteNamespacedSecret(secret);
}

function connect({ kubeconfig }: RigAccess): CoreV1Api {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  return config.makeApiClient(CoreV1Api);
}
