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
    managedFields: z
      .array(
        z.object({
          manager: z.string().optional(),
          operation: z.string().optional(),
          time: z.coerce.date().optional(),
          fieldsV1: z.record(z.string(), z.unknown()).optional(),
        }),
      )
      .default([]),
  }),
});

/** Reads the metadata of a Secret as the API server sends it. */
export function parseSecretMetadata(object: unknown): SecretMetadata {
  return secretMetadata.parse(object).metadata;
}

/**
 * The keys of a Secret's data, in order, by what its metadata says of who set them: so that no value
 * has to be read.
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
 */
export function dataKeys({
  managedFields,
}: Pick<SecretMetadata, "managedFields">): readonly string[] {
  const fields = managedFields.flatMap(({ fieldsV1 }) => Object.keys(Object(fieldsV1?.["f:data"])));
  const keys = fields.flatMap((field) => (field.startsWith("f:") ? [field.slice(2)] : []));
  return [...new Set(keys)].sort();
}
