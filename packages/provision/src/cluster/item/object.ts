import { redacted } from "@opconnect/core";
import { z } from "zod";
import type { ClusterApi, JsonPatch } from "../api.ts";
import type { SecretMetadata } from "../secret/metadata.ts";

/** The requests that are about items. */
export type ItemApi = Pick<
  ClusterApi,
  | "readItem"
  | "applyItem"
  | "patchItem"
  | "deleteItem"
  | "listItems"
  | "readSecretMetadata"
  | "readSecret"
  | "createSecret"
  | "patchSecret"
  | "deleteSecret"
  | "findNamespace"
>;

/**
 * Annotations by which an item of ours is known again. No labels: the operator copies those to the
 * Secret, where they would say something else.
 */
export const marks = {
  /** Project and stack whose item it is. */
  stack: "opconnect/stack",
  /** What was there before, and stays when the item goes: `"item"` or `"secret"`. */
  adopted: "opconnect/adopted",
  /** When the operator was last asked to look at it again. */
  asked: "opconnect/asked-at",
} as const;

/** Annotation by which a resource holds an item: its value is of that generation alone. */
export function claimMark(holder: string): string {
  return `opconnect/claim.${holder}`;
}

/** A `OnePasswordItem` as the API server has it, as far as we go by it. */
export type ItemObject = z.infer<typeof itemObject>;

const texts = z.record(z.string(), z.string()).default({});

const itemObject = z.object({
  metadata: z.object({
    namespace: z.string().default(""),
    name: z.string(),
    uid: z.string(),
    resourceVersion: z.string(),
    deletionTimestamp: z.string().optional(),
    labels: texts,
    annotations: texts,
    finalizers: z.array(z.string()).default([]),
    managedFields: z.array(z.looseObject({ manager: z.string().optional() })).default([]),
  }),
  type: z
    .string()
    .optional()
    .transform((type) => type || "Opaque"),
  spec: z.object({ itemPath: z.string().default("") }).default({ itemPath: "" }),
  status: z
    .object({
      conditions: z
        .array(z.object({ type: z.string(), status: z.string(), message: z.string().default("") }))
        .default([]),
    })
    .default({ conditions: [] }),
});

/** Reads a `OnePasswordItem` as the API server sends it. */
export function parseItem(object: unknown): ItemObject {
  return itemObject.parse(object);
}

/** Claims by holder. */
export function claimsOf({ metadata }: ItemObject): Readonly<Record<string, string>> {
  const prefix = claimMark("");
  return Object.fromEntries(
    Object.entries(metadata.annotations).flatMap(([key, claim]) =>
      key.startsWith(prefix) ? [[key.slice(prefix.length), claim]] : [],
    ),
  );
}

/** Whether the operator has said that it wrote the Secret. */
export function isReady({ status }: ItemObject): boolean {
  return status.conditions.some(({ type, status: value }) => type === "Ready" && value === "True");
}

/** What the operator said when it last failed; empty if it did not. */
export function problemOf({ status }: ItemObject): string {
  const failed = status.conditions.find(
    ({ type, status: value }) => type === "Ready" && value === "False",
  );
  return redacted(failed?.message ?? "");
}

/** Uids of the items that own a Secret: the operator names one on the Secrets that it created. */
export function owningItems({ ownerReferences }: SecretMetadata): readonly string[] {
  return ownerReferences.flatMap(({ kind, uid }) => (kind === "OnePasswordItem" ? [uid] : []));
}

/** Whether the operator has written the Secret, which may have been there before. */
export function isWrittenByOperator({ annotations }: SecretMetadata): boolean {
  return Boolean(annotations[operatorNotes.path]);
}

/**
 * Annotations by which the operator notes what a Secret is made of; a Deployment asks for a Secret by
 * `path` and `name`.
 */
export const operatorNotes = {
  /** Path of the item, by ids; empty where the operator has yet to write the Secret. */
  path: "operator.1password.io/item-path",
  version: "operator.1password.io/item-version",
  name: "operator.1password.io/item-name",
} as const;

/** Annotation by which an item tells the operator whether to restart what uses its Secret. */
export const restartNote = "operator.1password.io/auto-restart";

/** Adds an annotation to what was read, unless another object is there by now. */
export function annotating(
  { uid, annotations }: Pick<SecretMetadata, "uid" | "annotations">,
  key: string,
  value: string,
): readonly JsonPatch[] {
  const isFirst = Object.keys(annotations).length === 0;
  return [
    { op: "test", path: "/metadata/uid", value: uid },
    ...(isFirst ? [{ op: "add", path: "/metadata/annotations", value: {} } as const] : []),
    { op: "add", path: `/metadata/annotations/${key.replace("/", "~1")}`, value },
  ];
}
