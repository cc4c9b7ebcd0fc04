import { styleText } from "node:util";

/** How a piece of text is meant. */
export type Tone = "good" | "bad" | "caution" | "faint" | "heading";

/** Where text goes to: colours are for a terminal, unless `NO_COLOR` is set. */
export type TextStream = NodeJS.WriteStream;

/** Colours a text, if the stream shows colours. */
export function tinted(text: string, tone: Tone, stream: TextStream): string {
  return styleText(formats[tone], text, { stream });
}

const formats = {
  good: "green",
  bad: "red",
  caution: "yellow",
  faint: "dim",
  heading: "bold",
} as const;
