import { type PropertyMap, textAt, withoutSecrets } from "../../property-value.ts";
import { markObjectSecrets, normalizeObject } from "./kubernetes-object.ts";

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

/** The manager under which fields of the object were applied. */
export function fieldManagerOf(state: PropertyMap): string | undefined {
  return textAt(withoutSecrets(state), "__fieldManager");
}
