import { ConnectError, type ConnectErrorCode } from "@opconnect/core";
import type { OpEnd } from "./run-op.ts";

/**
 * Turns a failure of `op` on an item into a `ConnectError`, with `op`'s own words but for what may
 * be a secret.
 */
export function opItemError(end: OpEnd, purpose: string): ConnectError {
  const could = `\`op\` could not ${purpose}`;
  if (end.systemCode === "ENOENT" || end.systemCode === "EACCES") {
    return new ConnectError(
      "OP_NOT_INSTALLED",
      `${could}: there is no \`op\` on PATH.`,
      "Install the 1Password CLI: https://developer.1password.com/docs/cli/get-started.",
    );
  }
  const text = opText(end.stderr);
  const ending = end.systemCode ?? (end.exitCode === null ? "killed" : `exit code ${end.exitCode}`);
  const happened = `${could}: ${text || "it printed nothing"} (${ending}).`;
  const known = knownFailures.find(({ pattern }) => pattern.test(text));
  return known === undefined
    ? new ConnectError("OP_FAILED", happened, "Run `op whoami` yourself to see more.")
    : new ConnectError(known.code, happened, known.remedy);
}

function opText(stderr: string): string {
  const lines = stderr
    .split("\n")
    .map((line) => line.replace(/^\[ERROR\] [\d/]+ [\d:]+ /, "").trim());
  return redacted(lines.filter((line) => line !== "").join(" "));
}

/** `op` may quote its input, or a token. */
function redacted(text: string): string {
  return text
    .replaceAll(/\bops_[\w-]+|\beyJ[\w.-]+/g, "<redacted>")
    .replaceAll(/[\w+/=]{40,}/g, "<redacted>");
}

/** The first that matches counts. Most texts are those of docs/errors.md. */
const knownFailures: readonly {
  readonly code: ConnectErrorCode;
  readonly pattern: RegExp;
  readonly remedy: string;
}[] = [
  {
    code: "OP_RATE_LIMITED",
    pattern: /too many requests|rate[- ]?limit|\(429\)/i,
    remedy: "Wait a few minutes, or keep sessions in the keychain: `--cache keychain`.",
  },
  {
    code: "OP_NOT_SIGNED_IN",
    pattern:
      /desktop app|not (currently )?signed in|session expired|no accounts? (configured|found|for filter)|authorization (prompt dismissed|timeout)|not authenticated|operation not supported on socket|no saved device id|signin credentials are not compatible|DecodeSACredentials|service account deleted/i,
    remedy:
      "Unlock the 1Password app with its CLI integration turned on, run `eval $(op signin)`, or set OP_SERVICE_ACCOUNT_TOKEN.",
  },
  {
    code: "OP_NETWORK_BLOCKED",
    pattern:
      /dial tcp|no such host|connection re(fused|set)|network is unreachable|i\/o timeout|TLS handshake|x509:|proxyconnect/i,
    remedy: "Check the network and the proxy.",
  },
  {
    code: "OP_AMBIGUOUS_NAME",
    pattern: /more than one .+ matches|vault query must be provided/i,
    remedy: "Pass the item's id, or its vault by `--vault`.",
  },
  {
    code: "OP_VAULT_ACCESS",
    pattern: /\(40[13]\)|forbidden|unauthorized|not authorized|permission/i,
    remedy: "Have a manager of the vault grant view and edit access, or use `--cache keychain`.",
  },
  {
    code: "OP_NOT_FOUND",
    pattern: /\(404\)|isn't an? |unable to find|could not find|(not|n't) found|doesn't exist/i,
    remedy: "Check `--item`, `--vault` and `--account`, or run `opconnect aws-credentials setup`.",
  },
];
