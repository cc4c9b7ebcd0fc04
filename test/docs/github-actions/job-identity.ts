import { type Caller, webIdentity } from "../examples/iam-trust.ts";

/** A job that somebody lets GitHub Actions run, in whatever workflow, from wherever. */
export interface Job {
  readonly event:
    | "pull_request"
    | "pull_request_target"
    | "push"
    | "schedule"
    | "workflow_dispatch";
  /** Where the workflow runs, with the ids that GitHub puts into subjects. */
  readonly repository: string;
  /** Whether the pull request comes from a fork. */
  readonly isFork?: boolean;
  readonly ref: string;
  /** The file that has the job, and the ref that it is taken from. */
  readonly workflow: string;
  readonly environment?: string;
  readonly audience?: string;
}

/** What an environment's settings ask for. */
export interface EnvironmentRules {
  /** Refs that may deploy to it; any, where that is not limited. */
  readonly refs?: readonly string[];
  /** Whether its reviewers have approved the job; undefined, where it has none. */
  readonly isApproved?: boolean;
}

/** Who issues the identities of jobs. */
export const issuer = "token.actions.githubusercontent.com";

/**
 * Who a job is by the claims that GitHub signs for it, or undefined where it signs none: to a fork's pull request,
 * and to a job that does not begin.
 * @see https://docs.github.com/en/actions/reference/security/oidc
 */
export function identityOf(
  job: Job,
  environments: Readonly<Record<string, EnvironmentRules>>,
): Caller | undefined {
  const { event, repository, ref, workflow, environment, audience = "sts.amazonaws.com" } = job;
  if (job.isFork && event === "pull_request") return undefined;
  if (environment !== undefined) {
    const { refs, isApproved } = environments[environment] ?? {};
    if (isApproved === false || refs?.includes(ref) === false) return undefined;
  }
  const name = repository.replaceAll(/@\d+/g, "");
  return webIdentity(issuer, {
    aud: audience,
    sub: `repo:${repository}:${contextOf(job)}`,
    ref,
    repository: name,
    job_workflow_ref: workflow,
    ...(environment !== undefined && { environment }),
  });
}

function contextOf({ event, ref, environment }: Job): string {
  if (environment !== undefined) return `environment:${environment}`;
  return event === "pull_request" ? "pull_request" : `ref:${ref}`;
}
