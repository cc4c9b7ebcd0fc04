import { type PropertyMap, textAt } from "../../property-value.ts";
import { defines } from "../object/namespaced.ts";

/** An object of a chart, and which of the others must exist before it. */
export interface OrderedObject {
  readonly object: PropertyMap;
  readonly dependsOn: readonly PropertyMap[];
}

/**
 * Orders the objects of a chart as the real provider does: a definition before its custom
 * resources, a namespace before what lives in it, and nothing else.
 */
export function orderObjects(objects: readonly PropertyMap[]): readonly OrderedObject[] {
  const ordered = objects.map((object) => ({
    object,
    dependsOn: objects.filter((other) => other !== object && mustPrecede(other, object)),
  }));
  return ordered.toSorted((one, other) => depthOf(one, ordered) - depthOf(other, ordered));
}

function mustPrecede(first: PropertyMap, second: PropertyMap): boolean {
  if (first.kind === "Namespace") {
    return textAt(first, "metadata", "name") === textAt(second, "metadata", "namespace");
  }
  return defines(first, String(second.apiVersion), String(second.kind));
}

/** Neither a definition nor a namespace depends on anything that depends on it. */
function depthOf({ dependsOn }: OrderedObject, all: readonly OrderedObject[]): number {
  const below = all.filter(({ object }) => dependsOn.includes(object));
  return below.reduce((depth, object) => Math.max(depth, depthOf(object, all) + 1), 0);
}
