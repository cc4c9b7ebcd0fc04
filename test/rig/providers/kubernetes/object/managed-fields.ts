import {
  isList,
  isMap,
  type PropertyMap,
  type PropertyValue,
  propertyAt,
  textAt,
} from "../../property-value.ts";
import { createdBy } from "./state.ts";

/**
 * Hands the fields that were set when the object was created over to the manager that applies from
 * now on. Otherwise both would own them, and leaving a field out would no longer remove it.
 * @returns the new list of managers, undefined if nothing needs handing over.
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/#upgrading-from-client-side-apply-to-server-side-apply
 */
export function takeOverFields(
  live: PropertyMap,
  fieldManager: string,
): readonly PropertyValue[] | undefined {
  const managers = propertyAt(live, "metadata", "managedFields");
  if (!isList(managers)) return undefined;
  const given = managers.filter(isGiven);
  if (given.length === 0) return undefined;
  const own = managers.filter((entry) => isOwn(entry, fieldManager));
  const fields = [...own, ...given].reduce<PropertyMap>(
    (merged, entry) => mergeMaps(merged, mapAt(entry, "fieldsV1")),
    {},
  );
  const [model = null] = [...own, ...given];
  const taken = {
    ...(isMap(model) ? model : {}),
    manager: fieldManager,
    operation: "Apply",
    fieldsV1: fields,
  };
  return [...managers.filter((entry) => !isGiven(entry) && !isOwn(entry, fieldManager)), taken];
}

/** Set by this provider when it created the object, or by a person with any command of kubectl. */
function isGiven(entry: PropertyValue): boolean {
  const manager = textAt(entry, "manager") ?? "";
  const isUpdate = textAt(entry, "operation") === "Update";
  const isWholeObject = !textAt(entry, "subresource");
  const isCreator = isUpdate && (manager.startsWith(createdBy) || manager === "before-first-apply");
  return isWholeObject && (manager.startsWith("kubectl") || isCreator);
}

function isOwn(entry: PropertyValue, fieldManager: string): boolean {
  return textAt(entry, "operation") === "Apply" && textAt(entry, "manager") === fieldManager;
}

function mapAt(entry: PropertyValue, name: string): PropertyMap {
  const found = propertyAt(entry, name);
  return isMap(found) ? found : {};
}

function mergeMaps(one: PropertyMap, other: PropertyMap): PropertyMap {
  const merged = Object.entries(other).map(([key, value]) => {
    const existing = one[key];
    return [key, isMap(existing) && isMap(value) ? mergeMaps(existing, value) : value] as const;
  });
  return { ...one, ...Object.fromEntries(merged) };
}
