import { z } from "zod";
import type { Properties } from "../../property-diff.ts";

/** What a state says of an item. */
export interface RecordedItem {
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly itemPath?: string | undefined;
  readonly type?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly uid?: string | undefined;
  /** None in what earlier releases recorded. */
  readonly holder?: string | undefined;
  readonly claim?: string | undefined;
}

/**
 * Reads an item's inputs or its state, also of a release in which it was an object of the
 * Kubernetes provider.
 */
export function recordedItem(properties: Properties): RecordedItem {
  const object = kubernetesObject.safeParse(properties);
  if (!object.success) return recorded.safeParse(properties).data ?? {};
  const { metadata, spec, type = "Opaque" } = object.data;
  return { ...metadata, itemPath: spec.itemPath, type };
}

/** Whether an item is recorded as an object of the Kubernetes provider. */
export function isOfEarlierRelease(properties: Properties): boolean {
  return kubernetesObject.safeParse(properties).success;
}

const labels = z.record(z.string(), z.string()).optional();

const kubernetesObject = z.object({
  kind: z.literal("OnePasswordItem"),
  metadata: z.object({
    namespace: z.string().optional(),
    name: z.string().optional(),
    uid: z.string().optional(),
    labels,
  }),
  spec: z.object({ itemPath: z.string().optional() }),
  type: z.string().optional(),
});

const recorded = z.object({
  namespace: z.string().optional(),
  name: z.string().optional(),
  itemPath: z.string().optional(),
  type: z.string().optional(),
  labels,
  uid: z.string().optional(),
  holder: z.string().optional(),
  claim: z.string().optional(),
});
