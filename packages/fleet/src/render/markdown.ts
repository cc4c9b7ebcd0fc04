import { counted } from "@opconnect/core/counted";
import { countsOf } from "../report/headline.ts";
import type { FleetReport } from "../report/model.ts";
import type { ChangeGroup } from "../report/shapes/group.ts";
import { codeBlock, markdownWords, plainMarkdown } from "./markdown-text.ts";
import { stepLines } from "./step-lines.ts";
import { nameOf, namesOf, tallyOf } from "./tally.ts";

/** How a report becomes Markdown. */
export interface MarkdownOptions {
  /**
   * Size that is not exceeded, in bytes: what does not fit is left out group by group, and that is
   * said.
   * @default 60_000
   */
  readonly limitBytes?: number;
  /**
   * Where the whole report is, in words that stand behind "see", e.g. `"the artefact fleet.html"`.
   * @default "the report's file"
   */
  readonly whole?: string;
}

/** The report as Markdown, as GitHub and GitLab show it. */
export function renderMarkdown(report: FleetReport, options: MarkdownOptions = {}): string {
  const { limitBytes = 60_000, whole = "the report's file" } = options;
  const { groups, title, sentences, minting } = tallyOf(report);
  const head = [
    `## ${plainMarkdown(title)}`,
    ...(sentences.length > 0 ? [sentences.join(" ")] : []),
    ...(minting === undefined
      ? []
      : [`**${plainMarkdown(minting)}** \`opconnect mint\` does it for all of them at once.`]),
  ];
  const parts: string[] = [...head];
  // Room for the sentence that says what was left out.
  let left = limitBytes - sizeOf(parts) - 400 - Buffer.byteLength(whole) * 4;
  const cut: ChangeGroup[] = [];
  // Those below are told by a line each, as long as there is room for all of these.
  let below = groups.reduce((sum, group) => sum + size(briefGroup(group)), 0);
  for (const group of groups) {
    const brief = briefGroup(group);
    below -= size(brief);
    const full = size(brief) <= left ? fullGroup(group) : brief;
    const isWhole = size(full) + Math.min(below, left / 2) <= left;
    const text = isWhole ? full : brief;
    if (!isWhole) cut.push(group);
    if (size(text) > left) continue;
    parts.push(text);
    left -= size(text);
  }
  if (cut.length > 0) {
    const stacks = cut.reduce((sum, group) => sum + group.stacks.length, 0);
    parts.push(
      `_Left out for its size: what ${counted(cut.length, "change")} to ${counted(stacks, "stack")} ${cut.length === 1 ? "does" : "do"} in detail; see ${plainMarkdown(whole)}._`,
    );
  }
  return `${parts.join("\n\n")}\n`;
}

function fullGroup(group: ChangeGroup): string {
  const { change, stacks } = group;
  const lines = stepLines(change);
  return [
    briefGroup(group),
    ...(change.risks.length > 0
      ? [change.risks.map(({ level, text }) => `- **${level}** ${markdownWords(text)}`).join("\n")]
      : []),
    ...(change.problems.length > 0
      ? [
          change.problems
            .map(({ code, happened, remedy }) => markdownWords(`${happened} ${remedy} (${code})`))
            .map((text) => `- ${text}`)
            .join("\n"),
        ]
      : []),
    ...(stacks.length > 3 ? [folded(counted(stacks.length, "stack"), namesBlock(group))] : []),
    ...(lines.length > 0 ? [folded(countsOf(change), codeBlock(lines, "diff"))] : []),
  ].join("\n\n");
}

function briefGroup(group: ChangeGroup): string {
  const { headline, level, stacks, change } = group;
  const risk = change.outcome === "failed" ? "failed" : level;
  const tag = risk === undefined ? "" : `${risk} · `;
  const whose = stacks.length > 3 ? counted(stacks.length, "stack") : namesOf(group, 3);
  return `### ${tag}${plainMarkdown(headline)} · ${plainMarkdown(whose)}`;
}

function namesBlock(group: ChangeGroup): string {
  const names = group.stacks.slice(0, 400).map((each) => nameOf(each, group.stacks));
  const others = group.stacks.length - names.length;
  return codeBlock([...names, ...(others > 0 ? [`and ${others} more`] : [])], "text");
}

function folded(summary: string, text: string): string {
  return `<details><summary>${plainMarkdown(summary)}</summary>\n\n${text}\n\n</details>`;
}

function size(text: string): number {
  return Buffer.byteLength(text) + 2;
}

function sizeOf(parts: readonly string[]): number {
  return parts.reduce((sum, part) => sum + size(part), 0);
}
