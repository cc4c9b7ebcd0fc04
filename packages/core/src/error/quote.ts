import { withoutSecrets } from "./without-secrets.ts";

/** Renders an outside value for an error's text: quoted, on one line, cut where it gets long. */
export function quote(value: unknown): string {
  if (value === undefined || value === null) return `${value}`;
  if (typeof value === "number" || typeof value === "boolean") return `${value}`;
  if (typeof value !== "string") return `of type ${typeof value}`;
  // A secret that was cut could no longer be told by its form.
  const shown = withoutSecrets(value);
  return JSON.stringify(shown.length > 80 ? `${shown.slice(0, 80)}…` : shown);
}
