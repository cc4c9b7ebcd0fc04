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

/** Where text goes to: colours are for a terminal, unless `NO_COLOR` is set. */
export type TextStream = NodeJS.WriteStream;

/** Colours a text by what it is, if the stream shows colours. */
export function tinted(text: string, tone: keyof typeof formats, stream: TextStream): string {
  return styleText(formats[tone], text, { stream });
}
