import { ConnectError } from "@opconnect/core";
import { type FleetReport, parseShard, previewFleet } from "@opconnect/fleet";
import { z } from "zod";
import { namedPolicyPacks, policyPackOptions } from "../terminal/options/policy-packs.ts";
import { parseTimeLimit } from "../terminal/options/time-limit.ts";
import { showProgress } from "./show-progress.ts";
import { writeReport } from "./write-report.ts";

const optionsSchema = z.object({
  client: z.array(z.string()),
  environment: z.array(z.string()),
  tag: z.array(z.string()),
  shard: z.string().optional(),
  cwd: z.string(),
  parallel: z.string().optional(),
  timeout: z.string(),
  affected: z.boolean().default(false),
  base: z.string().optional(),
  ...policyPackOptions,
  json: z.string().optional(),
  markdown: z.string().optional(),
  html: z.string().optional(),
});

/** Previews stacks, and says by the exit code what came of it: 0 nothing, 2 changes, 1 a failure. */
export async function preview(
  kind: FleetReport["kind"],
  stacks: readonly string[],
  given: unknown,
): Promise<void> {
  const options = optionsSchema.parse(given);
  const { client, environment, tag, shard, cwd, parallel, timeout, affected, base } = options;
  const policies = namedPolicyPacks(options);
  if (base !== undefined && !affected) throw baseAlone();
  const interrupted = new AbortController();
  const progress = showProgress(process.stderr);
  const interrupt = () => interrupted.abort(ended());
  for (const signal of endings) process.on(signal, interrupt);
  try {
    const report = await previewFleet({
      folder: cwd,
      kind,
      selection: { names: stacks, clients: client, environments: environment },
      tags: tag,
      timeLimitMs: parseTimeLimit(timeout),
      ...(policies && { policies }),
      signal: interrupted.signal,
      progress,
      ...(affected && { affected: base === undefined ? {} : { base } }),
      ...(shard !== undefined && { shard: parseShard(shard) }),
      ...(parallel !== undefined && { parallel: parseParallel(parallel) }),
    });
    progress.end();
    await writeReport(report, options);
    process.exitCode = exitCodeOf(report);
  } finally {
    progress.end();
    for (const signal of endings) process.off(signal, interrupt);
  }
}

function exitCodeOf({ stacks }: FleetReport): number {
  if (stacks.some(({ outcome }) => outcome === "failed")) return 1;
  return stacks.some(({ outcome }) => outcome === "changed") ? 2 : 0;
}

function parseParallel(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new ConnectError(
    "ARGUMENT_INVALID",
    `\`--parallel\` is ${JSON.stringify(text)}.`,
    "Pass a number of stacks, 1 or more.",
  );
}

function baseAlone(): ConnectError {
  return new ConnectError(
    "ARGUMENT_INVALID",
    "`--base` is given without `--affected`.",
    "Pass both: `--base` says what the stacks are compared with.",
  );
}

function ended(): ConnectError {
  return new ConnectError(
    "PREVIEW_ENDED",
    "The preview was ended before it was done, and nothing is left running.",
    "Run it again.",
  );
}

const endings = ["SIGINT", "SIGHUP", "SIGTERM"] as const;
