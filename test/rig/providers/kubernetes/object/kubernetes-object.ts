import {
  copySecretMarks,
  isList,
  isMap,
  type PropertyMap,
  type PropertyValue,
  propertyAt,
  secretValue,
  textAt,
} from "../../property-value.ts";

/** The name of an object, with its namespace if it has one: the id of its resource. */
export function objectId(object: PropertyMap): string {
  const namespace = textAt(object, "metadata", "namespace");
  const name = textAt(object, "metadata", "name") ?? "";
  return namespace ? `${namespace}/${name}` : name;
}

/** Takes an id apart. */
export function parseObjectId(id: string): { namespace?: string; name: string } {
  const [first = "", second] = id.split("/");
  return second === undefined ? { name: first } : { namespace: first, name: second };
}

/** The value of an annotation. */
export function annotationOf(object: PropertyMap, name: string): string | undefined {
  return textAt(object, "metadata", "annotations", name);
}

/** An object without what says nothing: nulls, and metadata that only the API server writes. */
export function normalizeObject(object: PropertyMap): PropertyMap {
  const normalized = withoutNulls(object);
  const { metadata } = normalized;
  if (!isMap(metadata)) return normalized;
  const written = Object.entries(metadata).filter(([name]) => !serverMetadata.has(name));
  return { ...normalized, metadata: Object.fromEntries(written) };
}

/** Marks as secret what came from secret inputs, and the content of every Secret. */
export function markObjectSecrets(object: PropertyMap, inputs: PropertyMap): PropertyMap {
  if (object.kind !== "Secret") return copySecretMarks(object, inputs);
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) =>
      name === "data" || name === "stringData" ? [name, secretValue(value)] : [name, value],
    ),
  );
}

/**
 * The part of a live object that the inputs spoke about, so that what the API server added does not
 * count as a change.
 */
export function pruneToInputs(live: PropertyMap, inputs: PropertyMap): PropertyMap {
  const stringData = propertyAt(inputs, "stringData");
  const pruned = pruneMap(live, inputs);
  if (live.kind !== "Secret" || !isMap(stringData)) return pruned;
  return { ...pruned, stringData: decodeData(live, stringData) };
}

function withoutNulls(map: PropertyMap): PropertyMap {
  const entries = Object.entries(map).filter(([, value]) => value !== null);
  return Object.fromEntries(entries.map(([name, value]) => [name, withoutNestedNulls(value)]));
}

function withoutNestedNulls(value: PropertyValue): PropertyValue {
  if (isList(value)) return value.map(withoutNestedNulls);
  return isMap(value) ? withoutNulls(value) : value;
}

function pruneMap(live: PropertyMap, inputs: PropertyMap): PropertyMap {
  const kept = Object.entries(inputs).flatMap(([name, input]) => {
    const value = live[name];
    if (value !== undefined) return [[name, pruneValue(value, input)] as const];
    return isEmpty(input) ? [[name, input] as const] : [];
  });
  return Object.fromEntries(kept);
}

/** The API server leaves out what says no more than its default. */
function isEmpty(input: PropertyValue): boolean {
  if (isList(input)) return input.length === 0;
  if (isMap(input)) return Object.keys(input).length === 0;
  return input === "" || input === 0 || input === false;
}

function pruneValue(live: PropertyValue, input: PropertyValue): PropertyValue {
  if (isMap(live) && isMap(input)) return pruneMap(live, input);
  if (isList(live) && isList(input)) {
    return input.flatMap((value, index) => {
      const found = live[index];
      return found === undefined ? [] : [pruneValue(found, value)];
    });
  }
  return isSameQuantity(live, input) ? input : live;
}

/** The API server writes the CPU request `0.2` as `200m`. */
function isSameQuantity(live: PropertyValue, input: PropertyValue): boolean {
  return typeof live === "string" && quantityOf(live) === quantityOf(input);
}

function quantityOf(value: PropertyValue): number {
  const [, digits, suffix = ""] = /^([0-9.]+)([a-zA-Z]*)$/.exec(String(value)) ?? [];
  return Number(digits ?? Number.NaN) * (quantitySuffixes.get(suffix) ?? Number.NaN);
}

/** The API server keeps `stringData` as `data`. */
function decodeData(live: PropertyMap, stringData: PropertyMap): PropertyMap {
  const entries = Object.keys(stringData).flatMap((name) => {
    const encoded = textAt(live, "data", name);
    return encoded === undefined ? [] : [[name, Buffer.from(encoded, "base64").toString()]];
  });
  return Object.fromEntries(entries);
}

const serverMetadata = new Set([
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "selfLink",
  "uid",
]);

/** @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
const quantitySuffixes = new Map([
  ["m", 0.001],
  ["", 1],
  ["k", 1e3],
  ["M", 1e6],
  ["G", 1e9],
  ["T", 1e12],
  ["Ki", 2 ** 10],
  ["Mi", 2 ** 20],
  ["Gi", 2 ** 30],
  ["Ti", 2 ** 40],
]);
