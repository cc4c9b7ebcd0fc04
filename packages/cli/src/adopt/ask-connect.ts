import { ConnectError } from "@opconnect/core";

/**
 * Asks a running Connect whether it takes a token: it does only if the credentials file that it runs
 * on is of the token's server.
 * @param url Base URL, e.g. `"http://localhost:8080"`.
 * @throws `ARGUMENT_INVALID` if no Connect answers there.
 * @see https://developer.1password.com/docs/connect/api-reference
 */
export function askConnect(url: string): (token: string) => Promise<boolean> {
  return async (token) => {
    const status = await statusOf(new URL("v1/vaults", url.endsWith("/") ? url : `${url}/`), token);
    if (status === 200) return true;
    if (status === 401 || status === 403) return false;
    throw noConnect(url, status === undefined ? "nothing answers" : `it answers ${status}`);
  };
}

async function statusOf(url: URL, token: string): Promise<number | undefined> {
  try {
    const answer = await fetch(url, {
      headers: { Authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(15_000),
      // A redirect might carry the token elsewhere.
      redirect: "error",
    });
    return answer.status;
  } catch {
    return undefined;
  }
}

function noConnect(url: string, happened: string): ConnectError {
  return new ConnectError(
    "ARGUMENT_INVALID",
    `There is no Connect at ${url}: ${happened}.`,
    "Pass the base URL of the running Connect, e.g. that of `kubectl port-forward`.",
  );
}
