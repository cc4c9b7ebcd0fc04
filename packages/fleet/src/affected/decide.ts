import { existsSync } from "node:fs";
import { ConnectError } from "@opconnect/core/connect-error";
import { quote } from "@opconnect/core/quote";
import type { StackReport } from "../report/model.ts";
import { isToldOf } from "../report/shapes/group.ts";
import type { FleetProject } from "../stacks/project.ts";
import type { FleetStack } from "../stacks/stack.ts";
import { type ContentKey, contentKey } from "./content-key.ts";
import { type Deciding, filesOfStack, isStackFile, stackFileNames } from "./deciding-files.ts";
import { ResultCache } from "./result-cache.ts";
import { changedFiles } from "./tracked-files.ts";

/** What becomes of each stack that is meant. */
export interface Decision {
  /** Their result can differ. */
  readonly affected: readonly FleetStack[];
  /** Their result is known from an earlier preview of the same. */
  readonly known: readonly StackReport[];
  /** Their result cannot differ, and why. */
  readonly untouched: readonly { readonly stack: FleetStack; readonly reason: string }[];
  /** Keeps a result for the next time. */
  readonly keep: (report: StackReport) => Promise<void>;
}

/** What is to be decided about. */
export interface AffectedRequest {
  readonly project: FleetProject;
  readonly stacks: readonly FleetStack[];
  readonly checkpoints: ReadonlyMap<string, string>;
  readonly deciding: Deciding;
  /** Commit that the working tree is compared with. */
  readonly base?: string;
  /** @default - in the user's cache folder */
  readonly cache?: ResultCache;
}

/**
 * Decides which stacks have to be previewed: with a base, those that something which decides about
 * them differs for from there; and of these, those that were not previewed with just the same.
 * @throws `ARGUMENT_INVALID` if git knows no such base.
 */
export async function decideAffected(request: AffectedRequest): Promise<Decision> {
  const { project, checkpoints, deciding, cache = new ResultCache() } = request;
  await cache.tidy();
  const { touched, untouched } = await compareWithBase(request);
  const key = await contentKey(project, deciding);
  const keys = await keysOf(touched, checkpoints, key);
  const affected: FleetStack[] = [];
  const known: StackReport[] = [];
  const same: { stack: FleetStack; reason: string }[] = [];
  for (const stack of touched) {
    const found = await cache.find(keys.get(stack.name) ?? "");
    if (found === undefined) affected.push(stack);
    else if (isToldOf(found.report)) known.push(found.report);
    else same.push({ stack, reason: sameAsBefore(found.at) });
  }
  return {
    affected,
    known,
    untouched: [...untouched, ...same],
    keep: async (report) => {
      const name = keys.get(report.stack);
      if (name !== undefined) await cache.keep(name, report);
    },
  };
}

async function compareWithBase({ project, stacks, deciding, base }: AffectedRequest): Promise<{
  readonly touched: readonly FleetStack[];
  readonly untouched: Decision["untouched"];
}> {
  if (base === undefined) return { touched: stacks, untouched: [] };
  const changed = await changedFiles(project.root, base);
  if (changed === undefined) throw noBase(base);
  const { files, ruling, facts } = deciding;
  const shared = new Set([...files, ...ruling]);
  // Who named a file that is gone can no more be told.
  const isOfAll = (file: string) =>
    shared.has(file) || (!existsSync(file) && !isStackFile(file, project));
  if ([...changed].some(isOfAll)) return { touched: stacks, untouched: [] };
  const touched = new Set<FleetStack>();
  for (const stack of stacks) {
    const named =
      stack.file === undefined ? [] : await filesOfStack(stack.file, { project, facts });
    const own = [...stackFileNames(project, stack.name), ...named];
    if (own.some((file) => changed.has(file))) touched.add(stack);
  }
  const reason = `No file that decides about it differs from ${base}; its state was not looked at.`;
  return {
    touched: [...touched],
    untouched: stacks.filter((stack) => !touched.has(stack)).map((stack) => ({ stack, reason })),
  };
}

async function keysOf(
  stacks: readonly FleetStack[],
  checkpoints: ReadonlyMap<string, string>,
  key: ContentKey,
): Promise<ReadonlyMap<string, string>> {
  const entries = await Promise.all(
    stacks.map(async (stack) => {
      const checkpoint = checkpoints.get(stack.name);
      const name = checkpoint === undefined ? undefined : await key(stack, checkpoint);
      return name === undefined ? [] : [[stack.name, name] as const];
    }),
  );
  return new Map(entries.flat());
}

function sameAsBefore(at: Date): string {
  return `It did not change when it was previewed at ${at.toISOString()}, and all that decides about it is as it was then.`;
}

function noBase(base: string): ConnectError {
  return new ConnectError(
    "ARGUMENT_INVALID",
    `git knows no commit ${quote(base)} that this one has a history with.`,
    "Name a branch, a tag or a commit; in CI, fetch it first, with all of its history.",
  );
}
