import { isDeepStrictEqual } from "node:util";
import { diffProperties } from "../property-diff.ts";
import type { PropertyMap, PropertyValue } from "../property-value.ts";
import type { DiffRequest, DiffResult } from "../provider.ts";

/** What a change of the inputs means for a type of resource. */
export interface DiffRules {
  /** Inputs that AWS does not let change. */
  readonly replacedBy: readonly string[];
  /** Inputs that hold JSON documents, of which only the meaning counts. */
  readonly documents: readonly string[];
  /** The input that makes the resource unique, if one does. */
  readonly name?: string;
}

/** Compares the new inputs with those of last time. */
export function diffInputs({ oldInputs, inputs }: DiffRequest, rules: DiffRules): DiffResult {
  const old = comparable(oldInputs, rules);
  const wanted = comparable(inputs, rules);
  const changes = diffProperties(old, wanted).map((change) => ({
    ...change,
    path: rules.documents.includes(String(change.path[0])) ? change.path.slice(0, 1) : change.path,
    replaces: rules.replacedBy.includes(String(change.path[0])),
  }));
  const isReplaced = changes.some(({ replaces }) => replaces);
  const isNamedAlike = rules.name !== undefined && old[rules.name] === wanted[rules.name];
  return { changes, deleteBeforeReplace: isReplaced && isNamedAlike };
}

/** Whether two documents say the same. */
export function isSameDocument(one: PropertyValue, other: PropertyValue): boolean {
  return isDeepStrictEqual(parseDocument(one), parseDocument(other));
}

function comparable(inputs: PropertyMap, { documents }: DiffRules): PropertyMap {
  const entries = Object.entries(inputs).filter(([name]) => !name.startsWith("__"));
  return Object.fromEntries(
    entries.map(([name, value]) => [name, documents.includes(name) ? parseDocument(value) : value]),
  );
}

function parseDocument(value: PropertyValue): PropertyValue {
  try {
    return typeof value === "string" ? JSON.parse(value) : value;
  } catch {
    return value;
  }
}
