/** Renders an outside value for an error's text: quoted, on one line, cut where it gets long. */
export function quote(value: unknown): string {
  if (value === undefined || value === null) return `${value}`;
  if (typeof value !== "string") return `of type ${typeof value}`;
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
}
