import {
  isList,
  isMap,
  type PropertyMap,
  type PropertyValue,
  propertyAt,
  textAt,
  withPropertyAt,
} from "../../property-value.ts";

/** An object to apply, and the paths (`spec.replicas`) that the user wants left as they are. */
export interface IgnoringUpdate {
  readonly object: PropertyMap;
  readonly fieldManager: string;
  readonly ignoreChanges: readonly string[];
}

/**
 * The object without the ignored fields that only other managers have, so that they are no conflict;
 * the other ignored fields as they are in the cluster.
 */
export function leaveIgnored(update: IgnoringUpdate, live: PropertyMap): PropertyMap {
  const managers = propertyAt(live, "metadata", "managedFields");
  const entries = isList(managers) ? managers : [];
  return update.ignoreChanges.reduce((object, path) => {
    const [first = "", ...rest] = path.split(".");
    const isIn = (entry: PropertyValue) =>
      propertyAt(entry, "fieldsV1", ...[first, ...rest].map((step) => `f:${step}`)) !== undefined;
    const owners = entries.filter(isIn).map((entry) => textAt(entry, "manager"));
    if (owners.length > 0 && !owners.includes(update.fieldManager)) {
      return withoutPropertyAt(object, [first, ...rest]);
    }
    const value = propertyAt(live, first, ...rest);
    return value === undefined ? object : withPropertyAt(object, [first, ...rest], value);
  }, update.object);
}

function withoutPropertyAt(map: PropertyMap, [name = "", ...rest]: readonly string[]): PropertyMap {
  const { [name]: child, ...others } = map;
  if (rest.length === 0 || !isMap(child)) return others;
  return { ...others, [name]: withoutPropertyAt(child, rest) };
}
