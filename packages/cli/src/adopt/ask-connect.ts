import { ConnectError } from "@opconnect/core";
import { settledAnswer } from "@opconnect/provision/health";

/**
 * Asks a running Connect whether it takes a token: it does only if the credentials file that it runs
 * on is of the token's server.
 * @param url Base URL, e.g. `"http://localhost:8080"`.
 * @throws `ARGUMENT_INVALID` if no Connect answers there.
 * @see https://developer.1password.com/docs/connect/api-reference
 */
export function askConnect(url: string): (token: string) => Promise<boolean> {
  return async (token) => {
    const answer = await settledAnswer(() =>
      fetch(new URL("v1/vaults", url.endsWith("/") ? url : `${url}/`), {
        headers: { Authorization: `Bearer ${token}` },
        signal: AbortSignal.timeout(15_000),
        // A redirect might carry the token elsewhere.
        redirect: "error",
      }).catch(() => undefined),
    );
    if (answer?.status === 200) return true;
    if (answer?.status === 401 || answer?.status === 403) return false;
    throw new ConnectError(
      "ARGUMENT_INVALID",
      `There is no Connect at ${url}: ${answer === undefined ? "nothing answers" : `it answers ${answer.status}`}.`,
      "Pass the base URL of the running Connect, e.g. that of `kubectl port-forward`.",
    );
  };
}
