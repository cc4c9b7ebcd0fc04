/** A property as the engine sends it: JSON, in which secrets and unknown values wear marks. */
export type PropertyValue =
  | null
  | boolean
  | number
  | string
  | readonly PropertyValue[]
  | PropertyMap;

/** Properties of a resource by name. */
export interface PropertyMap {
  readonly [key: string]: PropertyValue;
}

/**
 * What stands for a value that only exists once the update has run.
 * @see https://pkg.go.dev/github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin#UnknownStringValue
 */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Marks a value as secret. */
export function secretValue(value: PropertyValue): PropertyMap {
  return isSecret(value) ? value : { [signatureKey]: secretSignature, value };
}

/** A reference to a resource, as outputs of components hold it. */
export function resourceReference(urn: string, id: string): PropertyMap {
  return { [signatureKey]: resourceSignature, urn, id, packageVersion: "" };
}

/** Whether the value is an object of properties, marked values excluded. */
export function isMap(value: PropertyValue | undefined): value is PropertyMap {
  return typeof value === "object" && value !== null && !isList(value) && !isMarked(value);
}

/** Whether the value is a list. */
export function isList(value: PropertyValue | undefined): value is readonly PropertyValue[] {
  return Array.isArray(value);
}

/** Whether anything in the value is unknown. */
export function hasUnknown(value: PropertyValue): boolean {
  return value === unknownValue || childrenOf(value).some(hasUnknown);
}

/** The same value without any mark of secrecy. */
export function withoutSecrets(value: PropertyMap): PropertyMap;
export function withoutSecrets(value: PropertyValue): PropertyValue;
export function withoutSecrets(value: PropertyValue): PropertyValue {
  if (isSecret(value)) return withoutSecrets(value.value ?? null);
  if (isList(value)) return value.map((element) => withoutSecrets(element));
  if (!isMap(value)) return value;
  return mapValues(value, withoutSecrets);
}

/**
 * Marks the outputs that stem from secret inputs of the same name. As in the real providers, one
 * secret element makes its whole list secret, since lists may come back in another order.
 */
export function copySecretMarks(outputs: PropertyMap, inputs: PropertyMap): PropertyMap {
  return Object.fromEntries(
    Object.entries(outputs).map(([key, output]) => {
      const input = inputs[key];
      if (isMap(output) && isMap(input)) return [key, copySecretMarks(output, input)];
      return [key, input !== undefined && hasSecret(input) ? secretValue(output) : output];
    }),
  );
}

/** The value under a path of names, if all of it is there. */
export function propertyAt(value: PropertyValue | undefined, ...path: readonly string[]) {
  return path.reduce<PropertyValue | undefined>(
    (found, name) => (isMap(found) ? found[name] : undefined),
    value,
  );
}

/** The text under a path of names, or undefined where there is none. */
export function textAt(value: PropertyValue | undefined, ...path: readonly string[]) {
  const found = propertyAt(value, ...path);
  return typeof found === "string" ? found : undefined;
}

/** A copy with the value under the path set. */
export function withPropertyAt(
  map: PropertyMap,
  [name, ...rest]: readonly [string, ...string[]],
  value: PropertyValue,
): PropertyMap {
  const [next, ...further] = rest;
  if (next === undefined) return { ...map, [name]: value };
  const child = map[name];
  const inner = withPropertyAt(isMap(child) ? child : {}, [next, ...further], value);
  return { ...map, [name]: inner };
}

/** Whether anything in the value is secret. */
function hasSecret(value: PropertyValue): boolean {
  return isSecret(value) || childrenOf(value).some(hasSecret);
}

function isSecret(value: PropertyValue): value is PropertyMap {
  return isMarked(value) && value[signatureKey] === secretSignature;
}

function isMarked(value: PropertyValue): value is PropertyMap {
  return typeof value === "object" && value !== null && signatureKey in value;
}

function childrenOf(value: PropertyValue): readonly PropertyValue[] {
  if (isList(value)) return value;
  return typeof value === "object" && value !== null ? Object.values(value) : [];
}

function mapValues(map: PropertyMap, change: (value: PropertyValue) => PropertyValue): PropertyMap {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));
}

// The engine's wire format: https://github.com/pulumi/pulumi/blob/master/sdk/nodejs/runtime/rpc.ts
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const resourceSignature = "5cf8f73096256a8f31e491e813e4eb8e";
