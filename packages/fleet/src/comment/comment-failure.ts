import { ConnectError, isConnectError } from "@opconnect/core";

/**
 * An error of a client as one of ours. What the service answered is not quoted: it may repeat what it
 * was sent.
 */
export function commentFailure(error: unknown, attempts: number): ConnectError {
  if (isConnectError(error)) return error;
  const status = statusOf(error);
  if (status === 401 || status === 403 || status === 404) {
    return new ConnectError(
      "FLEET_COMMENT_DENIED",
      `The CI service answers ${status}: it does not take the token, or not for this.`,
      "Give the job a token that may write comments and checks: `pull-requests: write` and `checks: write` on GitHub, the scope `api` on GitLab.",
    );
  }
  const what = status === undefined ? "did not answer" : `answers ${status}`;
  return new ConnectError(
    "FLEET_COMMENT_FAILED",
    `The CI service ${what}, after ${attempts === 1 ? "one attempt" : `${attempts} attempts`}.`,
    "Run the command again: it goes on from there. The report is still in its file.",
  );
}

/** Whether a failure may be none the next time: a limit, a fault of the service, a torn connection. */
export function isPassing(error: unknown): boolean {
  if (isConnectError(error)) return false;
  const status = statusOf(error);
  return status === undefined ? isOfNetwork(error) : status === 429 || status >= 500;
}

/** HTTP status of an error of Octokit or Gitbeaker. */
export function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  if ("status" in error && typeof error.status === "number") return error.status;
  const { cause } = error;
  if (typeof cause !== "object" || cause === null || !("response" in cause)) return undefined;
  const { response } = cause;
  if (typeof response !== "object" || response === null || !("status" in response))
    return undefined;
  return typeof response.status === "number" ? response.status : undefined;
}

/** A deletion, which nothing is left of where another was faster. */
export async function unlessGone(deletion: Promise<unknown>): Promise<void> {
  try {
    await deletion;
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
  }
}

/** What `fetch` throws, and what clients make of it. */
function isOfNetwork(error: unknown): boolean {
  return error instanceof Error && !(error instanceof SyntaxError || error instanceof RangeError);
}
