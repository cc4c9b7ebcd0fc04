import type { Tone } from "@opconnect/fleet";
import { tinted } from "./style.ts";

/** Colours a part of a fleet's report by what it is. */
export function tintReport(text: string, tone: Tone): string {
  return tinted(text, tones[tone]);
}

const tones = {
  heading: "heading",
  high: "failed",
  medium: "warning",
  low: "skipped",
  create: "ok",
  delete: "failed",
  dim: "skipped",
} as const satisfies Record<Tone, Parameters<typeof tinted>[1]>;
