import { type Hold, judgeHold, releasedTag } from "@opconnect/core";
import type { ClusterApi, ClusterSecretName } from "../api.ts";
import { isOurs } from "./describe.ts";

/** What became of a Secret that should be gone. */
export type ClusterSecretFate =
  | { readonly outcome: "deleted" | "absent" | "foreign" }
  /** Others have it, those named as far as they are known, or a later creation of the same. */
  | { readonly outcome: "kept"; readonly others: readonly string[] };

/** Deletes a Secret if it is ours. Where others have it, it stays, and `hold` is taken off. */
export async function deleteSecret(
  api: Pick<ClusterApi, "readSecret" | "deleteSecret" | "removeAnnotation">,
  secret: ClusterSecretName,
  hold: Hold,
): Promise<ClusterSecretFate> {
  const found = await api.readSecret(secret);
  if (found === undefined) return { outcome: "absent" };
  if (!isOurs(found)) return { outcome: "foreign" };
  const judgement = judgeHold("object", found.metadata?.annotations ?? {}, hold);
  switch (judgement.verdict) {
    case "sole":
      return { outcome: await api.deleteSecret(secret, found.metadata?.uid) };
    case "later":
      return { outcome: "kept", others: [] };
    case "shared": {
      for (const key of Object.keys(releasedTag("object", hold))) {
        await api.removeAnnotation(secret, key);
      }
      return { outcome: "kept", others: judgement.others };
    }
  }
}
