import { failureOf } from "@opconnect/core";
import { counted } from "@opconnect/core/counted";
import {
  countNeeds,
  isWork,
  type MintedStack,
  type MintingTotals,
  type ResourceNeed,
  type StackNeeds,
} from "@opconnect/fleet";
import { mintOutput } from "../terminal/output/mint.ts";
import { renderJson } from "../terminal/output/render-json.ts";
import { tinted } from "../terminal/style.ts";
import { renderTable } from "../terminal/table.ts";

/** What was found, and what was done about it. */
export interface MintingResult {
  readonly planned: readonly StackNeeds[];
  /** None where nothing was to be done, or nobody wanted it. */
  readonly minted: readonly MintedStack[];
}

/** Renders what there is to do for people, one line a stack. */
export function renderNeeds(planned: readonly StackNeeds[], stream: NodeJS.WriteStream): string {
  const rows = planned
    .filter(({ needs, failure }) => failure !== undefined || needs.some(isWork))
    .map(({ stack, needs, failure }) => [
      stack.name,
      failure === undefined ? inWords(needs) : tinted(failure.message, "failed", stream),
    ]);
  if (rows.length === 0) return "Nothing is to be minted.";
  return renderTable(["STACK", "TO BE DONE"], rows, stream).trimEnd();
}

/** E.g. `"12 environments: 12 servers, 14 tokens, 24 vaults"`. */
export function renderTotals({
  environments,
  servers,
  tokens,
  vaults,
  changes,
}: MintingTotals): string {
  const parts = [
    [servers, "server"],
    [tokens, "token"],
    [vaults, "vault"],
    [changes, "change"],
  ] as const;
  const said = parts.flatMap(([count, noun]) => (count === 0 ? [] : [counted(count, noun)]));
  const what = said.length === 0 ? "secrets of the store" : said.join(", ");
  return `${counted(environments, "environment")}: ${what}`;
}

/** Renders how it came out for people. */
export function renderMinted({ planned, minted }: MintingResult, isDryRun: boolean): string {
  const done = minted.filter(({ outcome }) => outcome === "minted");
  const failed = planned.filter(({ failure }) => failure !== undefined).length;
  const looked = `${counted(planned.length - failed, "stack")} looked at, nothing to mint.`;
  const unseen = failed === 0 ? "" : ` ${counted(failed, "stack")} could not be looked at.`;
  const totals = countNeeds(planned);
  if (totals.environments === 0) return `${looked}${unseen}\n`;
  if (isDryRun) return `To be minted: ${renderTotals(totals)}.\n`;
  if (minted.length === 0) return "Nothing was minted.\n";
  const left = minted.length - done.length;
  const rest = left === 0 ? "" : ` ${counted(left, "environment")} left: run it again.`;
  return `Minted: ${renderTotals(countNeeds(done))}.${rest}\n`;
}

/** Renders both for programs. */
export function renderMintingJson({ planned, minted }: MintingResult): string {
  const done = new Map(minted.map((each) => [each.stack.name, each]));
  const stacks = planned.map(({ stack, needs, failure }) => {
    const { outcome, failure: failed = failure } = done.get(stack.name) ?? {};
    return {
      stack: stack.name,
      client: stack.client,
      environment: stack.environment,
      needs: needs.filter(isWork).map(({ kind, name, action }) => ({ kind, name, action })),
      outcome: outcome ?? (failed === undefined ? ("not minted" as const) : ("failed" as const)),
      ...(failed === undefined ? {} : { failure: failureOf(failed) }),
    };
  });
  return renderJson(mintOutput, { totals: countNeeds(planned), stacks });
}

function inWords(needs: readonly ResourceNeed[]): string {
  const work = needs.filter(isWork);
  const told = work.filter(({ kind }) => kind !== "secret");
  if (told.length === 0) return "secrets of the store";
  return told.map(({ kind, name, action }) => `${verbs[action]} ${kind} ${name}`).join(", ");
}

const verbs: Readonly<Record<ResourceNeed["action"], string>> = {
  none: "",
  create: "new",
  replace: "another",
  grant: "vaults of the",
  rename: "rename the",
  "clear up": "clear up after the",
};
