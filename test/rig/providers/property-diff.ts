import { isList, isMap, type PropertyMap, type PropertyValue } from "./property-value.ts";

/** Names and list positions that lead to a property. */
export type PropertyPath = readonly (string | number)[];

/** One property that differs between two sets of inputs. */
export interface PropertyChange {
  readonly path: PropertyPath;
  readonly kind: "add" | "update" | "delete";
}

/** Lists what turns the old properties into the new ones, as deep as they can be compared. */
export function diffProperties(old: PropertyMap, wanted: PropertyMap): readonly PropertyChange[] {
  return diffMaps([], old, wanted);
}

/**
 * Writes a path as Pulumi does.
 * @example `metadata.annotations["pulumi.com/skipAwait"]`
 */
export function renderPath(path: PropertyPath): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    if (/[."[\]]/.test(step)) return `${text}["${step.replaceAll('"', '\\"')}"]`;
    return text === "" ? step : `${text}.${step}`;
  }, "");
}

function diffMaps(path: PropertyPath, old: PropertyMap, wanted: PropertyMap): PropertyChange[] {
  const names = new Set([...Object.keys(old), ...Object.keys(wanted)]);
  return [...names].flatMap((name) => diffValues([...path, name], old[name], wanted[name]));
}

function diffValues(
  path: PropertyPath,
  old: PropertyValue | undefined,
  wanted: PropertyValue | undefined,
): PropertyChange[] {
  if (old === wanted) return [];
  if (old === undefined) return [{ path, kind: "add" }];
  if (wanted === undefined) return [{ path, kind: "delete" }];
  if (isMap(old) && isMap(wanted)) return diffMaps(path, old, wanted);
  if (isList(old) && isList(wanted)) return diffLists(path, old, wanted);
  return [{ path, kind: "update" }];
}

function diffLists(
  path: PropertyPath,
  old: readonly PropertyValue[],
  wanted: readonly PropertyValue[],
): PropertyChange[] {
  const length = Math.max(old.length, wanted.length);
  return Array.from({ length }, (_, index) =>
    diffValues([...path, index], old[index], wanted[index]),
  ).flat();
}
