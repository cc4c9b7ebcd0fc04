import { isRecord, unknownForms } from "@opconnect/core/json";

/** Stands for a value that is known only after the update. */
export const unknown: unique symbol = Symbol("known after the update");

/** A property's value in a preview. */
export type Known =
  | string
  | number
  | boolean
  | null
  | typeof unknown
  | readonly Known[]
  | KnownRecord;

/** Properties in a preview, by name. */
export interface KnownRecord {
  readonly [name: string]: Known;
}

/**
 * Copies what `@pulumi/policy` passes. It throws at whoever reads a value that is not known yet, so
 * that one such value would keep a rule from seeing all others; its descriptors tell it.
 * @see https://github.com/pulumi/pulumi-policy/blob/main/sdk/nodejs/policy/proxy.ts
 */
export function knownProperties(props: object): KnownRecord {
  const descriptors = Object.entries(Object.getOwnPropertyDescriptors(props));
  return Object.fromEntries(
    descriptors.flatMap(([name, { value, enumerable }]: [string, PropertyDescriptor]) =>
      enumerable && value !== undefined ? [[name, known(value)] as const] : [],
    ),
  );
}

/** Whether a value is an object with properties. */
export function isKnownRecord(value: Known | undefined): value is KnownRecord {
  return isRecord(value);
}

/** The object at a path; an empty one where there is none, or it is not known yet. */
export function recordAt(props: KnownRecord, ...path: readonly string[]): KnownRecord {
  const value = path.reduce<Known | undefined>(
    (at, name) => (isKnownRecord(at) ? at[name] : undefined),
    props,
  );
  return isKnownRecord(value) ? value : {};
}

/** The objects in a list; none where there is no list, or it is not known yet. */
export function recordsIn(value: Known | undefined): readonly KnownRecord[] {
  return Array.isArray(value) ? value.filter(isKnownRecord) : [];
}

/** Whether something was said, known or not. */
export function isGiven(value: Known | undefined): boolean {
  return value !== undefined && value !== null && value !== "";
}

function known(value: unknown): Known {
  if (typeof value === "string") return unknownForms.includes(value) ? unknown : value;
  if (typeof value === "number" || typeof value === "boolean" || value === null) return value;
  if (Array.isArray(value)) return Object.values(knownProperties(value));
  return isRecord(value) ? knownProperties(value) : null;
}
