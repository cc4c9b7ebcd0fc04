import { Refusal } from "../refusal.ts";

/** One comparison of a `filter` parameter. */
export interface ScimFilter {
  readonly attribute: string;
  readonly operator: "eq" | "co";
  readonly value: string;
}

/**
 * Parses `title eq "X"`; `co` (contains) is what connect-sdk-js sends for searches. Quotes inside X need
 * no escape, as clients send none. [S] operator
 * @throws Refusal 400 for anything else.
 */
export function parseFilter(text: string | undefined): ScimFilter | undefined {
  if (text === undefined || text === "") return undefined;
  const [, attribute, operator, value] = /^\s*(\w+)\s+(eq|co)\s+"(.*)"\s*$/s.exec(text) ?? [];
  if (attribute === undefined || value === undefined) throw new Refusal(400, "Invalid filter");
  return { attribute, operator: operator === "co" ? "co" : "eq", value };
}

/**
 * Applies a filter; matches are exact and care about case. [D]
 * @param read What an entry holds under each attribute that may be filtered by.
 */
export function applyFilter<T>(
  entries: readonly T[],
  filter: ScimFilter | undefined,
  read: Readonly<Record<string, (entry: T) => readonly string[]>>,
): readonly T[] {
  if (!filter) return entries;
  const { attribute, operator, value } = filter;
  const valuesOf = read[attribute];
  if (!valuesOf) throw new Refusal(400, "Invalid filter");
  const matches = (text: string): boolean =>
    operator === "eq" ? text === value : text.toLowerCase().includes(value.toLowerCase());
  return entries.filter((entry) => valuesOf(entry).some(matches));
}
