/** The fields that hold something: an optional property may be absent, but not `undefined`. */
export function defined<T extends object>(
  fields: {
    readonly [K in keyof T]: T[K] | undefined;
  },
): Partial<T> {
  const held: Partial<T> = {};
  for (const key in fields) {
    const value = fields[key];
    if (value !== undefined) held[key] = value;
  }
  return held;
}
