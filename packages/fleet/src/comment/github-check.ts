import { createHash } from "node:crypto";
import type { Octokit } from "@octokit/rest";
import { renderMarkdown } from "../render/markdown.ts";
import { tallyOf } from "../render/tally.ts";
import { fleetOutcome, missingShards } from "../report/merge.ts";
import { type FleetReport, riskLevels } from "../report/model.ts";
import { placeOf } from "./github.ts";
import { tryAgain } from "./try-again.ts";

/** From which risk on a check fails. */
export type FailOn = (typeof riskLevels)[number] | "never";

/** What a check run is for. */
export interface CheckRequest {
  readonly repository: string;
  /** Commit that the check is of. */
  readonly sha: string;
  readonly failOn: FailOn;
  readonly whole?: string;
}

/**
 * Whether a report passes: not where a stack could not be previewed or a shard is missing, nor where
 * a risk is as high as `failOn`.
 */
export function conclusionOf(report: FleetReport, failOn: FailOn): "success" | "failure" {
  if (fleetOutcome(report) === "failed") return "failure";
  if (failOn === "never") return "success";
  const refused = riskLevels.slice(0, riskLevels.indexOf(failOn) + 1);
  const isRefused = report.stacks.some(({ risks }) =>
    risks.some(({ level }) => refused.includes(level)),
  );
  return isRefused ? "failure" : "success";
}

/**
 * Writes a check run with a conclusion, and the greatest risks as annotations, unless the last one of
 * the commit says just the same: a job that is run again leaves no second one. Two that write at the
 * same moment may leave two, since GitHub can neither make one on a condition nor delete one: of those
 * of one name it shows and counts the last alone, and a further run adds none.
 * @param waitMs How long to wait before each further attempt.
 * @throws `FLEET_COMMENT_DENIED`, `FLEET_COMMENT_FAILED`
 */
export async function writeCheck(
  github: Octokit,
  report: FleetReport,
  { repository, sha, failOn, whole }: CheckRequest,
  waitMs?: readonly number[],
): Promise<"success" | "failure"> {
  const conclusion = conclusionOf(report, failOn);
  const { title } = tallyOf(report);
  const options = { limitBytes: 60_000, ...(whole !== undefined && { whole }) };
  const output = {
    title: missingShards(report).length > 0 ? `${title}, and shards are missing` : title,
    summary: renderMarkdown(report, options),
    annotations: annotationsOf(report),
  };
  const said = createHash("sha256")
    .update(JSON.stringify([conclusion, output]))
    .digest("hex");
  const place = placeOf(repository);
  await tryAgain(async () => {
    const { data } = await github.rest.checks.listForRef({
      ...{ ...place, ref: sha, check_name: name, filter: "latest", per_page: 100 },
    });
    if (data.check_runs.some(({ external_id }) => external_id === said)) return;
    // Made twice, where the answer of the first got lost: looked for instead.
    const request = { retries: 0 };
    await github.rest.checks.create({
      ...{ ...place, name, head_sha: sha, external_id: said, request },
      ...{ status: "completed", conclusion, output },
    });
  }, waitMs);
  return conclusion;
}

const name = "opconnect preview";

/** GitHub takes 50 of them with a request. The file is the one that a stack is configured in. */
function annotationsOf({ stacks }: FleetReport) {
  const high = stacks.flatMap(({ stack, risks }) =>
    risks.filter(({ level }) => level === "high").map(({ text }) => ({ stack, text })),
  );
  return high.slice(0, 50).map(({ stack, text }) => ({
    path: `Pulumi.${stack}.yaml`,
    start_line: 1,
    end_line: 1,
    annotation_level: "warning" as const,
    title: stack.slice(0, 200),
    message: text,
  }));
}
