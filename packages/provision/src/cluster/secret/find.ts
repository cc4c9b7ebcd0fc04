import { type ClusterApi, type ClusterSecretName, fieldManager } from "../api.ts";
import { foreignSecret } from "./apply.ts";
import { fingerprintKey, managedBy } from "./describe.ts";
import { dataKeys, parseSecretMetadata } from "./metadata.ts";

/** A Secret of ours, by what its annotations say. */
export interface FoundSecret {
  /** SHA-256 of the value that was written into it; none if a person took the annotation off. */
  readonly fingerprint: string | undefined;
  /** All of them: those of its holders among them. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Keys whose value nobody has changed since it was written. */
  readonly keptKeys: readonly string[];
}

/**
 * Looks for a Secret of ours; `undefined` if there is none. Reads no value.
 * @throws `CLUSTER_SECRET_FOREIGN` if one of this name is there that is not ours.
 */
export async function findSecret(
  api: Pick<ClusterApi, "readSecretMetadata">,
  name: ClusterSecretName,
): Promise<FoundSecret | undefined> {
  const found = await api.readSecretMetadata(name);
  if (found === undefined) return undefined;
  const { labels, annotations, managedFields } = parseSecretMetadata(found);
  if (labels[managedBy] !== "opconnect") throw foreignSecret(name);
  // Who changes a field takes it from the one that applied it.
  const applied = managedFields.filter(
    ({ manager, operation }) => manager === fieldManager && operation === "Apply",
  );
  const keptKeys = dataKeys({ managedFields: applied });
  return { fingerprint: annotations[fingerprintKey], annotations, keptKeys };
}
