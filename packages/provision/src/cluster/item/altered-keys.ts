import { dataKeys, type SecretMetadata } from "../secret/metadata.ts";
import { operatorNotes } from "./object.ts";

/** Keys of a Secret that were changed by hand, or by another program. */
export interface AlteredKeys {
  readonly keys: readonly string[];
  /** Who did, by the name that it gave itself, e.g. `"kubectl-edit"`. */
  readonly manager: string;
}

/**
 * Keys of an item's Secret whose value somebody has changed since the operator last wrote it, by what
 * the metadata says of who set them: so that no value has to be read.
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
 */
export function alteredKeys({
  managedFields,
}: Pick<SecretMetadata, "managedFields">): readonly AlteredKeys[] {
  const notes = managedFields.filter(({ fieldsV1 }) => {
    const annotations = Object(Object(fieldsV1?.["f:metadata"])["f:annotations"]);
    return `f:${operatorNotes.version}` in annotations;
  });
  const writtenAt = Math.max(...notes.map(({ time }) => time?.getTime() ?? 0));
  return managedFields
    .filter(({ manager, time }) => {
      const isOperator = notes.some((note) => note.manager === manager);
      return !isOperator && (time?.getTime() ?? 0) > writtenAt;
    })
    .map((entry) => ({
      keys: dataKeys({ managedFields: [entry] }),
      manager: entry.manager ?? "somebody",
    }))
    .filter(({ keys }) => notes.length > 0 && keys.length > 0);
}
