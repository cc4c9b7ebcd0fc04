/** A step of the way to a property: a key, an index, or the name by which a list tells its elements. */
export type PathSegment =
  | { readonly key: string }
  | { readonly index: number }
  | { readonly element: string };

/**
 * Reads a path as the engine writes it, e.g. `spec.containers[0].image` or `labels["a.b/c"]`. A key
 * with a dot that a provider left without quotes comes out as two.
 */
export function parsePath(text: string): readonly PathSegment[] {
  const segments = text.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/g);
  return [...segments].map(([, quoted, index, key]) =>
    index === undefined ? { key: quoted ?? key ?? "" } : { index: Number(index) },
  );
}
