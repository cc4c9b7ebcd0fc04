import { ConnectError, isRecord } from "@opconnect/core";

/** The pull request or merge request that a CI job is of. */
export type ReviewedRequest =
  | {
      readonly service: "github";
      readonly token: string;
      readonly apiUrl: string;
      readonly repository: string;
      readonly number: number;
      readonly sha: string;
    }
  | {
      readonly service: "gitlab";
      readonly token: string;
      readonly host: string;
      readonly project: string;
      readonly number: number;
    };

/**
 * Finds out what a CI job reviews, from its environment.
 * @param event What the file holds that `GITHUB_EVENT_PATH` names, parsed.
 * @throws `ARGUMENT_INVALID` naming the variable that is missing.
 */
export function reviewedRequest(
  env: Readonly<Record<string, string | undefined>>,
  event: unknown,
): ReviewedRequest {
  const { GITHUB_REPOSITORY: repository, CI_PROJECT_ID: project } = env;
  if (repository !== undefined) return ofGitHub(env, repository, event);
  if (project !== undefined) return ofGitLab(env, project);
  throw missing("`GITHUB_REPOSITORY` or `CI_PROJECT_ID`", "a job of GitHub Actions or GitLab CI");
}

function ofGitHub(
  env: Readonly<Record<string, string | undefined>>,
  repository: string,
  event: unknown,
): ReviewedRequest {
  const {
    GITHUB_TOKEN,
    GH_TOKEN,
    GITHUB_API_URL = "https://api.github.com",
    GITHUB_SHA = "",
  } = env;
  const token = GITHUB_TOKEN || GH_TOKEN;
  if (!token) throw missing("`GITHUB_TOKEN`", "the job's `github.token`");
  const pull = isRecord(event) && isRecord(event.pull_request) ? event.pull_request : {};
  const ofRef = /^refs\/pull\/(\d+)\//.exec(env.GITHUB_REF ?? "")?.[1];
  const number = typeof pull.number === "number" ? pull.number : Number(ofRef);
  if (!Number.isInteger(number)) throw missing("a pull request", "the event `pull_request`");
  // The commit of the event is that of a merge nobody sees; the check belongs to the branch's.
  const head = isRecord(pull.head) ? pull.head : {};
  const sha = typeof head.sha === "string" ? head.sha : GITHUB_SHA;
  return { service: "github", token, apiUrl: GITHUB_API_URL, repository, number, sha };
}

function ofGitLab(
  env: Readonly<Record<string, string | undefined>>,
  project: string,
): ReviewedRequest {
  const { GITLAB_TOKEN: token, CI_SERVER_URL: host = "https://gitlab.com" } = env;
  if (!token) throw missing("`GITLAB_TOKEN`", "a project access token with the scope `api`");
  const number = Number(env.CI_MERGE_REQUEST_IID || Number.NaN);
  if (!Number.isInteger(number)) {
    throw missing("`CI_MERGE_REQUEST_IID`", "a merge request pipeline");
  }
  return { service: "gitlab", token, host, project, number };
}

function missing(what: string, where: string): ConnectError {
  return new ConnectError(
    "ARGUMENT_INVALID",
    `There is no ${what.replace(/^an? /, "")} to comment with or on.`,
    `Run the command in a CI job that has it: it comes from ${where}.`,
  );
}
