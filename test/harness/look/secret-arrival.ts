import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import type { RigAccess } from "../rig-access.ts";

/** A Secret as the demo speaks of it: without its values. */
export interface ArrivedSecret {
  readonly keys: readonly string[];
  /** SHA-256 of its content, to notice a change. */
  readonly fingerprint: string;
  /** How long it took, in seconds. */
  readonly seconds: number;
}

const limitMs = 120_000;

/** Waits until the operator has written a Secret, or another content into it than `before`. */
export async function waitForSecret(
  rig: RigAccess,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  {
    before,
    interrupted,
  }: { readonly before?: ArrivedSecret; readonly interrupted?: AbortSignal } = {},
): Promise<ArrivedSecret> {
  const config = new KubeConfig();
  config.loadFromFile(rig.kubeconfig);
  const api = config.makeApiClient(CoreV1Api);
  const startedAt = performance.now();
  while (performance.now() - startedAt < limitMs) {
    const secret = await api.readNamespacedSecret({ namespace, name }).catch(() => undefined);
    if (secret?.data) {
      const fingerprint = createHash("sha256").update(JSON.stringify(secret.data)).digest("hex");
      const seconds = (performance.now() - startedAt) / 1000;
      const keys = Object.keys(secret.data).sort();
      if (fingerprint !== before?.fingerprint) return { keys, fingerprint, seconds };
    }
    await sleep(200, undefined, interrupted ? { signal: interrupted } : {});
  }
  throw new Error(`The Secret ${namespace}/${name} did not arrive within ${limitMs / 1000} s.`);
}
