import { counted } from "@opconnect/core/counted";
import { countsOf } from "../report/headline.ts";
import type { FleetReport } from "../report/model.ts";
import type { ChangeGroup } from "../report/shapes/group.ts";
import { onOneLine, stepLines } from "./step-lines.ts";
import { namesOf, tallyOf } from "./tally.ts";

/** What a part of the text is, for whoever colours it. */
export type Tone = "heading" | "high" | "medium" | "low" | "create" | "delete" | "dim";

/** How a report becomes text for a terminal. */
export interface TerminalOptions {
  /** Colours a text by what it is. */
  readonly tint: (text: string, tone: Tone) => string;
  /**
   * Whether each change is told in full.
   * @default false
   */
  readonly detailed?: boolean;
}

/** The report as text for a terminal. */
export function renderTerminal(report: FleetReport, options: TerminalOptions): string {
  const { tint } = options;
  const { groups, title, sentences, minting } = tallyOf(report);
  const told = [tint(title, "heading"), ...sentences, ...(minting === undefined ? [] : [minting])];
  return `${[told.join("\n"), ...groups.map((group) => groupText(group, options))].join("\n\n")}\n`;
}

function groupText(group: ChangeGroup, { tint, detailed = false }: TerminalOptions): string {
  const { change, headline, level, stacks } = group;
  const tone = change.outcome === "failed" ? "high" : (level ?? "low");
  const mark = tint(change.outcome === "failed" ? "failed" : (level ?? "change"), tone);
  const lines = [
    `${mark}  ${tint(onOneLine(headline), "heading")}  ${tint(countsOf(change), "dim")}`,
    `  ${counted(stacks.length, "stack")}: ${onOneLine(namesOf(group, 5))}`,
    ...change.risks.map((risk) => `  ${tint(risk.level, risk.level)} ${onOneLine(risk.text)}`),
    ...change.problems.map(({ code, happened, remedy }) =>
      onOneLine(`  ${happened} ${remedy} [${code}]`),
    ),
    ...(detailed ? stepLines(change).map((line) => `  ${tintedLine(line, tint)}`) : []),
  ];
  return lines.join("\n");
}

function tintedLine(line: string, tint: TerminalOptions["tint"]): string {
  if (line.startsWith("+")) return tint(line, "create");
  return line.startsWith("-") || line.startsWith("!") ? tint(line, "delete") : line;
}
