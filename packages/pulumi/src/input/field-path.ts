import { quote } from "@opconnect/core/quote";

/** Where in the arguments a field is. */
export type FieldPath = readonly PropertyKey[];

/** What a value has at a path; `undefined` where there is nothing. */
export function valueAt(args: unknown, path: FieldPath): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null && Object.hasOwn(value, key)
        ? (value as Readonly<Record<PropertyKey, unknown>>)[key]
        : undefined,
    args,
  );
}

/** As a program would write it. A key that is no word of one is quoted, and cut where it gets long. */
export function render(path: FieldPath): string {
  const text = path.map((key) => {
    if (typeof key === "number") return `[${key}]`;
    return /^[\w-]{1,80}$/.test(String(key)) ? `.${String(key)}` : `[${quote(String(key))}]`;
  });
  return text.join("").replace(/^\./, "") || "args";
}
