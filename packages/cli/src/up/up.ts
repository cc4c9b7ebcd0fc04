import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { ConnectError, unlessCode } from "@opconnect/core";
import { counted } from "@opconnect/core/counted";
import {
  applicable,
  applyReviewed,
  declaredWave,
  declaredWaves,
  type FleetProject,
  type FleetStack,
  findPolicyPacks,
  listStacks,
  openJournal,
  type PolicyPacks,
  parseReportFile,
  planByPulumi,
  planWaves,
  readCheckpoints,
  readProject,
  type StackEnd,
  type StackReport,
  selectStacks,
  type Wave,
} from "@opconnect/fleet";
import { patient } from "@opconnect/provision/patient";
import { z } from "zod";
import { confirmed, requireTerminal } from "../terminal/confirmed.ts";
import { type HeldSignals, holdSignals } from "../terminal/hold-signals.ts";
import { namedPolicyPacks, policyPackOptions } from "../terminal/options/policy-packs.ts";
import { parseTimeLimit } from "../terminal/options/time-limit.ts";
import { print } from "../terminal/output/print.ts";
import { say } from "../terminal/say.ts";
import { type Applied, renderEnds, renderEndsAsJson } from "./render.ts";

const optionsSchema = z.object({
  reviewed: z.string(),
  waves: z.string(),
  journal: z.string().optional(),
  cwd: z.string(),
  timeout: z.string(),
  ...policyPackOptions,
  yes: z.boolean().default(false),
  json: z.boolean().default(false),
});

type Options = z.infer<typeof optionsSchema>;

/** Applies to all stacks of a report what was reviewed; 0 only if all of the waves are applied. */
export async function up(given: unknown): Promise<void> {
  const options = optionsSchema.parse(given);
  const previewLimitMs = parseTimeLimit(options.timeout);
  if (!options.yes) {
    requireTerminal("An update takes a confirmation, and there is no terminal to ask at.");
  }
  const named = namedPolicyPacks(options);
  const policies = named && (await findPolicyPacks(named));
  const text = await readReport(options.reviewed);
  const reports = applicable(parseReportFile(text, options.reviewed));
  const project = await readProject(options.cwd);
  requireSameProject(reports, project);
  const { stacks: all } = await patient("Listing the stacks …", () => listStacks(project));
  const stacks = stacksOf(reports, all);
  const waves = planWaves(
    options.waves,
    await Promise.all(
      reports.map(async (report) => {
        const stack = stacks.get(report.stack);
        return { ...report, wave: stack && (await declaredWave(stack)) };
      }),
    ),
    await declaredWaves(all),
  );
  const results = await holdSignals((held) =>
    carryOut(waves.waves, {
      ...{ options, previewLimitMs, project, text, held },
      ...(policies && { policies }),
      stackOf: (name) => stacks.get(name),
    }),
  );
  const applied: Applied = { waves: waves.waves, results, left: waves.left };
  print(options.json ? renderEndsAsJson(applied) : renderEnds(applied));
  const ends = [...results.values()].map(({ end }) => end);
  process.exitCode = ends.every((end) => done.has(end)) ? 0 : 1;
}

const done: ReadonlySet<StackEnd["end"]> = new Set(["applied", "unchanged", "done before"]);

interface Work {
  readonly options: Options;
  readonly previewLimitMs: number;
  readonly policies?: PolicyPacks;
  readonly project: FleetProject;
  /** The report as it is in its file. */
  readonly text: string;
  readonly held: HeldSignals;
  stackOf(name: string): FleetStack | undefined;
}

async function carryOut(
  waves: readonly Wave<StackReport>[],
  { options, previewLimitMs, policies, project, text, held, stackOf }: Work,
): Promise<ReadonlyMap<StackReport, StackEnd>> {
  const purpose = createHash("sha256").update(text).digest("hex");
  // A report that was written anew, by the same name, is other work.
  const path = options.journal ?? `${options.reviewed}.${purpose.slice(0, 8)}.journal.json`;
  const journal = await openJournal(path, purpose);
  try {
    return await applyReviewed(waves, {
      journal,
      isStopped: () => held.first() !== undefined,
      plan({ stack: name }) {
        const stack = stackOf(name) ?? { name };
        return planByPulumi({
          project,
          stack,
          previewLimitMs,
          ...(policies && { policies }),
          terminated: held.terminated,
          checkpoint: async () => (await readCheckpoints(project, [stack])).get(name),
        });
      },
      async mayBegin({ name, stacks }) {
        const what = `Wave ${name}: ${counted(stacks.length, "stack")}`;
        if (options.yes) say(what);
        return options.yes || confirmed(`${what}. Apply what was reviewed?`);
      },
      onBegun: ({ stack }, doing) => say(`${stack}: ${doing}`),
      onEnded: ({ stack }, end) => say(`${stack}: ${wordsOf(end)}`),
    });
  } finally {
    await journal.close();
  }
}

/** In one line. */
function wordsOf(end: StackEnd): string {
  if (end.end === "refused") return `refused. ${end.differences.join("; ")}`;
  return end.end === "failed" ? `failed. ${end.because}` : end.end;
}

async function readReport(path: string): Promise<string> {
  const text = await unlessCode(["ENOENT", "ENOTDIR", "EISDIR"], () => readFile(path, "utf8"));
  if (text !== undefined) return text;
  throw new ConnectError(
    "ARGUMENT_INVALID",
    `There is no report ${path}.`,
    "Write one with `opconnect preview --json <file>`, and have it reviewed.",
  );
}

/** @throws `ARGUMENT_INVALID` if the report is another project's. */
function requireSameProject(reports: readonly StackReport[], project: FleetProject): void {
  const other = reports.find((report) => report.project !== project.name);
  if (other === undefined) return;
  throw new ConnectError(
    "ARGUMENT_INVALID",
    `The report is of the project ${other.project}, and ${project.file} of ${project.name}.`,
    "Name the folder of the report's project with `--cwd`.",
  );
}

/**
 * The stacks that a report is of, by name.
 * @throws `STACK_NOT_FOUND` if one is not there.
 */
function stacksOf(
  reports: readonly StackReport[],
  all: readonly FleetStack[],
): ReadonlyMap<string, FleetStack> {
  if (reports.length === 0) return new Map();
  const names = reports.map(({ stack }) => stack);
  return new Map(selectStacks(all, { names }).map((stack) => [stack.name, stack]));
}
