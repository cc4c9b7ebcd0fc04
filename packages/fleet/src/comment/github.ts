import { retry } from "@octokit/plugin-retry";
import { throttling } from "@octokit/plugin-throttling";
import { Octokit } from "@octokit/rest";
import { statusOf, unlessGone } from "./comment-failure.ts";
import type { Conversation } from "./own-comment.ts";

/** Where and as whom to speak to GitHub. */
export interface GitHubAccess {
  /** Never logged, nor part of an argument list. */
  readonly token: string;
  /** @default "https://api.github.com" */
  readonly apiUrl?: string;
  /** `owner/name`. */
  readonly repository: string;
  /**
   * Login that comments are written under.
   * @default - that of the token; of an Actions job, which may not ask, `github-actions[bot]`
   */
  readonly author?: string;
  /**
   * What a second of waiting is, in milliseconds, for tests.
   * @default 1000
   */
  readonly secondMs?: number;
}

/** Speaks to GitHub, patiently: it waits where GitHub says how long, and tries again what failed. */
export function createGitHub({ token, apiUrl, secondMs = 1000 }: GitHubAccess): Octokit {
  const Client = Octokit.plugin(retry, throttling);
  return new Client({
    auth: token,
    ...(apiUrl !== undefined && { baseUrl: apiUrl }),
    // Whatever it has to say is no part of the output, and may quote a request.
    log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    retry: { retryAfterBaseValue: secondMs },
    throttle: {
      retryAfterBaseValue: secondMs,
      onRateLimit: (seconds: number, _: object, __: object, retries: number) =>
        seconds <= longestWaitSeconds && retries < 2,
      onSecondaryRateLimit: (seconds: number, _: object, __: object, retries: number) =>
        seconds <= longestWaitSeconds && retries < 2,
    },
  });
}

/** The comments of a pull request. */
export function pullRequestComments(
  github: Octokit,
  { repository, author }: GitHubAccess,
  number: number,
): Conversation {
  const place = placeOf(repository);
  return {
    author: async () => author ?? (await ownLogin(github)),
    async *list() {
      const pages = github.paginate.iterator(github.rest.issues.listComments, {
        ...place,
        issue_number: number,
        per_page: 100,
      });
      for await (const { data } of pages) {
        for (const { id, user, body = "" } of data) yield { id, author: user?.login ?? "", body };
      }
    },
    // Made twice, where the answer of the first got lost: looked for instead, see `putComment`.
    async create(body) {
      const request = { retries: 0 };
      const made = { ...place, issue_number: number, body, request };
      return (await github.rest.issues.createComment(made)).data.id;
    },
    async update(id, body) {
      await github.rest.issues.updateComment({ ...place, comment_id: id, body });
    },
    async delete(id) {
      await unlessGone(github.rest.issues.deleteComment({ ...place, comment_id: id }));
    },
  };
}

/** Owner and name of a repository. */
export function placeOf(repository: string): { readonly owner: string; readonly repo: string } {
  const [owner = "", repo = ""] = repository.split("/");
  return { owner, repo };
}

/** How long it is waited for a limit to end: a job that waits costs as much as one that works. */
const longestWaitSeconds = 120;

function ignore(): void {}

async function ownLogin(github: Octokit): Promise<string> {
  try {
    return (await github.rest.users.getAuthenticated()).data.login;
  } catch (error) {
    // The token of a job belongs to no user.
    if (statusOf(error) === 403) return "github-actions[bot]";
    throw error;
  }
}
