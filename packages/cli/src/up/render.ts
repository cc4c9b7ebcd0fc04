import { counted } from "@opconnect/core/counted";
import type { StackEnd, StackReport, Wave } from "@opconnect/fleet";
import { renderJson } from "../terminal/output/render-json.ts";
import { upOutput } from "../terminal/output/up.ts";
import { tinted } from "../terminal/style.ts";
import { renderTable } from "../terminal/table.ts";

/** What came of applying a report. */
export interface Applied {
  readonly waves: readonly Wave<StackReport>[];
  readonly results: ReadonlyMap<StackReport, StackEnd>;
  /** In no wave. */
  readonly left: readonly StackReport[];
}

/** For a person: a line a stack, and what is left for another run. */
export function renderEnds({ waves, results, left }: Applied): string {
  const rows = waves.flatMap(({ name, stacks }) =>
    stacks.map((stack) => {
      const end = results.get(stack) ?? { end: "not begun" };
      return [stack.stack, name, tinted(end.end, toneOf(end))];
    }),
  );
  const rest =
    left.length === 0 ? "" : `\n${counted(left.length, "stack")} in no wave: for another run.\n`;
  if (rows.length === 0) return `Nothing of the report changes anything.\n${rest}`;
  return `${renderTable(["STACK", "WAVE", "NOW"], rows)}${rest}`;
}

/** For a program: one object. */
export function renderEndsAsJson({ waves, results, left }: Applied): string {
  const stacks = waves.flatMap(({ name, stacks }) =>
    stacks.map((stack) => ({
      stack: stack.stack,
      wave: name,
      ...(results.get(stack) ?? { end: "not begun" as const }),
    })),
  );
  return renderJson(upOutput, { stacks, left: left.map(({ stack }) => stack) });
}

function toneOf({ end }: StackEnd) {
  if (end === "failed" || end === "refused") return "failed";
  return end === "not begun" ? "warning" : "ok";
}
