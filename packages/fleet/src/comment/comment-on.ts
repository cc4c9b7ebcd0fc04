import { ConnectError } from "@opconnect/core";
import { renderMarkdown } from "../render/markdown.ts";
import type { FleetReport } from "../report/model.ts";
import type { ReviewedRequest } from "./ci-job.ts";
import { createGitHub, pullRequestComments } from "./github.ts";
import { type FailOn, writeCheck } from "./github-check.ts";
import { mergeRequestNotes } from "./gitlab.ts";
import { putComment } from "./own-comment.ts";

/** How a report is commented. */
export interface CommentOptions {
  /** Whether GitHub gets a check run too. */
  readonly check: boolean;
  readonly failOn: FailOn;
  /** @default - whom the token belongs to */
  readonly author?: string | undefined;
  /** Where the whole report is, in words. */
  readonly whole?: string | undefined;
}

/**
 * Puts a report into the one comment of a pull request or merge request, and into a check where that
 * is asked for.
 * @throws `ARGUMENT_INVALID` if a check is asked for and no commit is known, `FLEET_COMMENT_DENIED`,
 * `FLEET_COMMENT_FAILED`.
 */
export async function commentOn(
  request: ReviewedRequest,
  report: FleetReport,
  { check, failOn, author, whole }: CommentOptions,
): Promise<{
  readonly comment: "created" | "updated" | "unchanged";
  readonly conclusion?: "success" | "failure";
}> {
  const options = { ...(whole !== undefined && { whole }) };
  const text = renderMarkdown(report, options);
  if (request.service === "gitlab") {
    return { comment: await putComment(mergeRequestNotes(request, request.number), text) };
  }
  if (check && request.sha === "") throw noCommit();
  const github = createGitHub(request);
  const access = { ...request, ...(author !== undefined && { author }) };
  const comment = await putComment(pullRequestComments(github, access, request.number), text);
  if (!check) return { comment };
  const { repository, sha } = request;
  return {
    comment,
    conclusion: await writeCheck(github, report, { repository, sha, failOn, ...options }),
  };
}

function noCommit(): ConnectError {
  return new ConnectError(
    "ARGUMENT_INVALID",
    "There is no commit to write a check of.",
    "Outside of a job of GitHub Actions, set `GITHUB_SHA` to the last commit of the pull request, or leave out `--check`.",
  );
}
