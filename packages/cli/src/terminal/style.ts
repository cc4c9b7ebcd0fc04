import { styleText } from "node:util";

const formats = {
  heading: "bold",
  ok: "green",
  warning: "yellow",
  unknown: "yellow",
  failed: "red",
  skipped: "dim",
} as const;

/** The signs before lines that say how a check ended. */
export const marks = { ok: "✔", warning: "!", unknown: "?", failed: "✖", skipped: "-" } as const;

/** Colours a text by what it is, if it goes to a terminal and `NO_COLOR` is not set. */
export function tinted(
  text: string,
  tone: keyof typeof formats,
  stream: NodeJS.WriteStream = process.stdout,
): string {
  return styleText(formats[tone], text, { stream });
}
