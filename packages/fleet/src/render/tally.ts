import { counted } from "@opconnect/core/counted";
import { missingShards } from "../report/merge.ts";
import type { FleetReport, StackReport } from "../report/model.ts";
import { type ChangeGroup, groupStacks, stackKey } from "../report/shapes/group.ts";

/** A report counted up, as every form of it begins. */
export interface Tally {
  readonly groups: readonly ChangeGroup[];
  /** What happens, in a line, e.g. `"47 of 60 stacks change"`. */
  readonly title: string;
  /** The numbers behind it, a sentence each. */
  readonly sentences: readonly string[];
  /** What only a person can do, and by which command; absent where that is nothing. */
  readonly minting?: string;
}

/** Counts up a report. */
export function tallyOf(report: FleetReport): Tally {
  const { stacks, notLookedAt, kind } = report;
  const count = (outcome: string) => stacks.filter((each) => each.outcome === outcome).length;
  const [changed, failed, unchanged] = [count("changed"), count("failed"), count("unchanged")];
  const missing = missingShards(report);
  const verb = kind === "drift" ? "drifted" : changed === 1 ? "changes" : "change";
  const title =
    changed === 0 && failed + missing.length > 0
      ? "Not all stacks could be previewed"
      : `${changed} of ${counted(stacks.length, "stack")} ${verb}`;
  const sentences = [
    ...(missing.length > 0
      ? [
          `Of ${report.shards.of} shards, ${missing.length === 1 ? "number" : "numbers"} ${missing.join(", ")} did not report: what happens to their stacks is not known.`,
        ]
      : []),
    ...(failed > 0 ? [`${counted(failed, "stack")} could not be previewed.`] : []),
    ...(unchanged > 0
      ? [unchanged === 1 ? "1 stack stays as it is." : `${unchanged} stacks stay as they are.`]
      : []),
    ...(notLookedAt.length > 0 ? [`${counted(notLookedAt.length, "stack")} not looked at.`] : []),
  ];
  const minting = mintingOf(report);
  return { groups: groupStacks(stacks), title, sentences, ...(minting && { minting }) };
}

/** Stacks in words, where there may be many of them: some of them, and how many others. */
export function namesOf({ stacks }: ChangeGroup, most: number): string {
  const names = stacks.slice(0, most).map((each) => nameOf(each, stacks));
  const others = stacks.length - names.length;
  return others > 0 ? `${names.join(", ")} and ${others} more` : names.join(", ");
}

/** Name of a stack, with its project where others of the group have another. */
export function nameOf(stack: StackReport, others: readonly StackReport[]): string {
  const isAlone = others.every(({ project }) => project === stack.project);
  return isAlone ? stack.stack : stackKey(stack);
}

function mintingOf({ stacks }: FleetReport): string | undefined {
  const concerned = stacks.filter(({ minting }) => minting.length > 0);
  if (concerned.length === 0) return undefined;
  const needs = concerned.flatMap(({ minting }) => minting);
  const what = (["vault", "server", "token", "grant"] as const).flatMap((kind) => {
    const count = needs.filter((need) => need.kind === kind).length;
    return count === 0 ? [] : [counted(count, kind)];
  });
  const verb = concerned.length === 1 ? "needs" : "need";
  return `${counted(concerned.length, "stack")} ${verb} a person who is signed in to 1Password: ${what.join(", ")}.`;
}
