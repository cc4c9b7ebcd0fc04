import { z } from "zod";

/** Metadata of a Secret, as far as we go by it. */
export type SecretMetadata = z.infer<typeof secretMetadata>["metadata"];

const texts = z.record(z.string(), z.string()).default({});

const secretMetadata = z.object({
  metadata: z.object({
    uid: z.string(),
    labels: texts,
    annotations: texts,
    ownerReferences: z.array(z.looseObject({ kind: z.string(), uid: z.string() })).default([]),
  }),
});

/** Reads the metadata of a Secret as the API server sends it. */
export function parseSecretMetadata(object: unknown): SecretMetadata {
  return secretMetadata.parse(object).metadata;
}
