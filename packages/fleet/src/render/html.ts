import { createHash } from "node:crypto";
import { counted } from "@opconnect/core/counted";
import { countsOf } from "../report/headline.ts";
import type { FleetReport } from "../report/model.ts";
import type { ChangeGroup } from "../report/shapes/group.ts";
import { toldSteps } from "../report/told-steps.ts";
import { pageScript } from "./page-script.ts";
import { pageStyle } from "./page-style.ts";
import { kindOf } from "./step-lines.ts";
import { nameOf, namesOf, tallyOf } from "./tally.ts";

/**
 * The report as one page that needs nothing else: no other file, no network, which its own policy
 * rules out. Of a group, what happens is in the page once, whatever number of stacks it has.
 */
export function renderHtml(report: FleetReport): string {
  const { groups, title, sentences, minting } = tallyOf(report);
  const of = (choose: (stack: FleetReport["stacks"][number]) => string | undefined) =>
    [...new Set(report.stacks.flatMap((stack) => choose(stack) ?? []))].sort();
  const kinds = [...new Set(groups.flatMap(kindsOf))].sort();
  const unchanged = report.stacks.filter(({ outcome }) => outcome === "unchanged");
  const left = report.notLookedAt.map(({ stack, reason }) => `${stack}: ${reason}`);
  const alerts = sentences.map((sentence) => {
    const isAlert = /did not report|could not/.test(sentence);
    return `<p${isAlert ? ' class="alert"' : ""}>${escaped(sentence)}</p>`;
  });
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '${hashOf(pageStyle)}'; script-src '${hashOf(pageScript)}'; base-uri 'none'; form-action 'none'">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${pageStyle}</style>
<header>
<h1>${escaped(title)}</h1>
${alerts.join("\n")}
${minting === undefined ? "" : `<p class="person">${escaped(minting)} <code>opconnect mint</code> does it for all of them at once.</p>`}
</header>
<main>
<form role="search">
<input id="search" type="search" placeholder="Search stacks and changes" aria-label="Search stacks and changes" autocomplete="off">
${select(
  "client",
  "All clients",
  of(({ client }) => client),
)}
${select(
  "environment",
  "All environments",
  of(({ environment }) => environment),
)}
${select("kind", "All kinds", kinds)}
<button type="reset">Clear</button>
<output aria-live="polite"></output>
</form>
${groups.map(groupRow).join("\n")}
${rest(
  `${counted(unchanged.length, "stack")} without a change`,
  unchanged.map(({ stack }) => stack),
)}
${rest(`${counted(left.length, "stack")} not looked at`, left)}
</main>
<footer><kbd>/</kbd> search · <kbd>j</kbd> <kbd>k</kbd> next, previous · <kbd>Enter</kbd> open, close · <kbd>e</kbd> <kbd>c</kbd> open, close all · <kbd>Esc</kbd> clear</footer>
<script id="data" type="application/json">${embedded(groups.map(groupData))}</script>
<script>${pageScript}</script>
</html>
`;
}

function groupRow(group: ChangeGroup, index: number): string {
  const { change, headline, level } = group;
  const tag = change.outcome === "failed" ? "failed" : level;
  return `<details class="group" data-index="${index}"><summary>${tag === undefined ? "" : `<span class="level ${tag}">${tag}</span>`}<span class="headline">${escaped(headline)}</span><span class="whose">${escaped(whoseOf(group))}</span><span class="counts">${escaped(countsOf(change))}</span></summary><div class="body"></div></details>`;
}

/** What the page needs of a group once it is opened or searched. */
function groupData(group: ChangeGroup): object {
  const { change, headline, stacks } = group;
  const { outputs, minting, risks, problems } = change;
  const steps = toldSteps(change.steps);
  const text = [headline, ...steps.flatMap(({ name, type }) => [name, type])].join(" ");
  return {
    stacks: stacks.map((each) => {
      const { client, environment } = each;
      return { stack: nameOf(each, stacks), client, environment };
    }),
    whose: whoseOf(group),
    kinds: kindsOf(group),
    text: text.toLowerCase(),
    steps: steps.map(({ urn: _, ...step }) => step),
    outputs,
    minting,
    risks,
    problems,
  };
}

function kindsOf({ change }: ChangeGroup): readonly string[] {
  return [...new Set(toldSteps(change.steps).map(({ type }) => kindOf(type)))];
}

function whoseOf(group: ChangeGroup): string {
  const { stacks } = group;
  return stacks.length > 3 ? counted(stacks.length, "stack") : namesOf(group, 3);
}

function select(id: string, all: string, values: readonly string[]): string {
  const options = values.map((value) => `<option>${escaped(value)}</option>`);
  return `<select id="${id}" aria-label="${all}"><option value="">${all}</option>${options.join("")}</select>`;
}

function rest(summary: string, lines: readonly string[]): string {
  if (lines.length === 0) return "";
  const items = lines.map((line) => `<li>${escaped(line)}</li>`);
  return `<details class="rest"><summary>${escaped(summary)}</summary><ul class="stacks">${items.join("")}</ul></details>`;
}

/** JSON inside of a script, which no text in it can end. */
function embedded(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (sign) => {
    return `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

function escaped(text: string): string {
  const names: Readonly<Record<string, string>> = { "&": "amp", "<": "lt", ">": "gt", '"': "quot" };
  return text.replace(/[&<>"]/g, (sign) => `&${names[sign] ?? ""};`);
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text, "utf8").digest("base64")}`;
}
