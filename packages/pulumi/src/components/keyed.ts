/** Things by key: their keys alone, or what is said of each. */
export type Keyed<T> = readonly string[] | Readonly<Record<string, T>>;

/** Key and what is said of it, `otherwise` where keys are given alone. */
export function entriesOf<T>(
  keyed: Keyed<T>,
  otherwise: (key: string) => T,
): readonly (readonly [string, T])[] {
  if (!isList(keyed)) return Object.entries(keyed);
  return keyed.map((key) => [key, otherwise(key)]);
}

function isList(keyed: unknown): keyed is readonly string[] {
  return Array.isArray(keyed);
}
