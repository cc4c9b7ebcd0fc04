import { redacted } from "@opconnect/core";
import { z } from "zod";

/** A `OnePasswordItem`, as far as its health goes. */
export interface ItemFacts {
  readonly name: string;
  /** `vaults/<vault>/items/<item>`, each by id or by title. */
  readonly itemPath: string;
  /** Type of the Secret. */
  readonly type: string;
  /** Whether it is about to go, and the operator has not released it yet. */
  readonly isLeaving: boolean;
  /** Whether the operator has reconciled it, and said that all went well. */
  readonly isReady: boolean;
  /** What the operator said when it last failed; empty if it did not. */
  readonly problem: string;
}

/** Reads a `OnePasswordItem` as the API server sends it. */
export function itemFacts(item: unknown): ItemFacts {
  const { metadata, spec, status, type } = itemSchema.parse(item);
  const ready = (status?.conditions ?? []).find((condition) => condition.type === "Ready");
  return {
    name: metadata.name,
    itemPath: spec?.itemPath ?? "",
    type: type === undefined || type === "" ? "Opaque" : type,
    isLeaving: metadata.deletionTimestamp !== undefined,
    isReady: ready?.status === "True",
    problem: ready?.status === "False" ? redacted(ready.message ?? "") : "",
  };
}

const itemSchema = z.object({
  metadata: z.object({ name: z.string(), deletionTimestamp: z.unknown().optional() }),
  type: z.string().optional(),
  spec: z.object({ itemPath: z.string().optional() }).optional(),
  status: z
    .object({
      conditions: z
        .array(z.object({ type: z.string(), status: z.string(), message: z.string().optional() }))
        .optional(),
    })
    .optional(),
});
