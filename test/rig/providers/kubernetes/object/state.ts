import { randomBytes } from "node:crypto";
import { type PropertyMap, textAt, withoutSecrets } from "../../property-value.ts";
import type { ClusterSettings } from "../cluster.ts";
import { annotationOf, markObjectSecrets, normalizeObject } from "./kubernetes-object.ts";

/** What the engine keeps of an object: the live object, and what it was applied with. */
export function objectState(
  live: PropertyMap,
  inputs: PropertyMap,
  fieldManager: string,
): PropertyMap {
  return {
    ...markObjectSecrets(live, inputs),
    __inputs: markObjectSecrets(normalizeObject(withoutSecrets(inputs)), inputs),
    __initialApiVersion: textAt(live, "apiVersion") ?? "",
    __fieldManager: fieldManager,
  };
}

/**
 * The manager under which fields of the object are applied: what its annotation says, else that of
 * the last time, else a random one. A `.get` has no last time, so it reads another every time.
 */
export function fieldManagerOf(
  settings: ClusterSettings,
  state: PropertyMap,
  object: PropertyMap,
): string {
  if (!settings.enableServerSideApply) return createdBy;
  return (
    annotationOf(object, "pulumi.com/patchFieldManager") ??
    textAt(withoutSecrets(state), "__fieldManager") ??
    `${createdBy}-${randomBytes(4).toString("hex")}`
  );
}

/** The manager of what is made by a POST, whichever manager applies it later. */
export const createdBy = "pulumi-kubernetes";
