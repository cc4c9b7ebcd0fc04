import type { ConnectErrorCode } from "@opconnect/core";
import type { OpCall, OpEnd } from "./run/call.ts";

export interface FailedCall {
  /** What `op` printed, on one line. */
  readonly text: string;
  readonly end: OpEnd;
  readonly call: OpCall;
}

/** A failure of `op` that we know what to say about. */
export interface KnownFailure {
  readonly code: ConnectErrorCode;
  /** What `op` says; or what else is known of the call. */
  readonly when: RegExp | ((failed: FailedCall) => boolean);
  readonly remedy: string | ((failed: FailedCall) => string);
  /** Whether the remedy says more than what a caller of `op` has for the code. */
  readonly isPrecise?: boolean;
}

/** What `op` was seen to say where nobody is signed in. */
export const signedOut =
  /not (currently )?signed in|session expired|no accounts? (configured|found|for filter)|authorization (prompt dismissed|timeout)|not authenticated|operation not supported on socket|no saved device id|signin credentials are not compatible|DecodeSACredentials|service account deleted/i;

const cannotMintRemedy =
  "Have an owner or administrator of the account do it, or be added to a group of Secrets Automation managers (`op connect group grant --group <group> --all-servers`).";

/**
 * The failures of `op` that are recognised, by its texts, as it has no error codes. The first that
 * matches counts. `error.test.ts` has the texts they were made from. Many are inferred: a row makes a
 * message better, and what a refusal means is judged by how things are, see refusal.ts.
 */
export const knownFailures: readonly KnownFailure[] = [
  {
    code: "OP_RATE_LIMITED",
    when: /too many requests|rate[- ]?limit|\(429\)/i,
    remedy: "Wait a few minutes, then run again.",
  },
  {
    // Before the network: between `op` and the app there are connections too.
    code: "OP_NOT_SIGNED_IN",
    when: /desktop app/i,
    remedy:
      "Unlock the 1Password app and look whether its CLI integration is turned on, then run again.",
  },
  {
    code: "OP_NETWORK_BLOCKED",
    when: /dial tcp|no such host|connection re(fused|set)|network is unreachable|i\/o timeout|TLS handshake|x509:|proxyconnect|firewall|(IP|network|location) (address )?(is |has been )?(not allowed|blocked|denied|restricted)/i,
    remedy:
      "Check the network and the proxy, and whether a firewall rule of the 1Password account lets this address sign in; or run it where 1Password can be reached.",
  },
  {
    code: "OP_CANNOT_MINT",
    when: ({ text, end }) => end.unattendedIdentity === true && signedOut.test(text),
    remedy:
      "Sign in as a person: a service account or a Connect server is configured here, and neither can create Connect servers and tokens.",
  },
  {
    code: "OP_NOT_SIGNED_IN",
    when: /no accounts? (found )?for filter/i,
    isPrecise: true,
    remedy:
      "`op account list` shows the accounts that this machine knows: name one of them by OP_ACCOUNT, or leave it out, or add the other with `op account add`.",
  },
  {
    code: "OP_NOT_SIGNED_IN",
    when: signedOut,
    remedy:
      "Unlock the 1Password app with its CLI integration turned on, or run `eval $(op signin)`, then run again.",
  },
  {
    code: "OP_AMBIGUOUS_NAME",
    when: /more than one .+ matches|vault query must be provided/i,
    remedy: "Use the id instead of the name.",
  },
  {
    code: "OP_VAULT_ACCESS",
    when: /Personal, Private, or Employee vault/i,
    remedy:
      "Use a vault of its own: Connect cannot be given the built-in Personal, Private, Employee and Shared vaults.",
  },
  {
    code: "OP_VAULT_ACCESS",
    when: /Connect server .*(does not|doesn't) have access to/i,
    remedy: ({ call }) =>
      `Grant the vault to the Connect server first: \`op connect vault grant --server <server> --vault ${call.vaultIds?.[0] ?? "<vault>"}\`.`,
  },
  {
    code: "OP_CANNOT_MINT",
    when: /Secrets Automation|unknown command "(connect|server|token)"/i,
    remedy: cannotMintRemedy,
  },
  {
    code: "OP_VAULT_ACCESS",
    when: (failed) =>
      /access to (the )?vault|full access|vault permission/i.test(failed.text) ||
      ((isAboutVaults(failed.call) || isAboutItem(failed.call)) && isRefusal(failed)),
    remedy: vaultAccessRemedy,
  },
  {
    code: "OP_CANNOT_MINT",
    when: (failed) => failed.call.args[0] === "connect" && isRefusal(failed),
    remedy: cannotMintRemedy,
  },
  {
    code: "ARGUMENT_INVALID",
    when: /invalid argument "/i,
    remedy: "Correct the value that `op` names.",
  },
  {
    code: "OP_NOT_FOUND",
    when: /\(404\)|isn't an? |unable to find|could not find|(not|n't) found|doesn't exist/i,
    remedy: "Check the id; what you may not see looks the same to `op` as what does not exist.",
  },
];

/**
 * A refusal of the service. Exit code 6 and `401 Auth Error` are what a user saw where a permission
 * on a vault was missing; neither is documented.
 */
function isRefusal({ text, end, call }: FailedCall): boolean {
  const further = isAboutItem(call) ? /permission/i : /isn't a member|service accounts?/i;
  return end.exitCode === 6 || refusal.test(text) || further.test(text);
}

const refusal =
  /\(40[13]\)|40[13] |forbidden|unauthorized|auth error|not authorized|not allowed|denied|(do|does)( not|n't) have (the )?(required |requested |necessary )?(access|permission)/i;

function isAboutVaults({ vaultIds = [] }: OpCall): boolean {
  return vaultIds.length > 0;
}

function isAboutItem({ args }: OpCall): boolean {
  return args[0] === "item";
}

function vaultAccessRemedy({ text, call }: FailedCall): string {
  const named = /vault '(?<name>[^']+)'|vault "(?<quoted>[^"]+)"/i.exec(text)?.groups;
  const name = named?.name ?? named?.quoted;
  const vaults = name === undefined ? (call.vaultIds ?? []).join(", ") : `"${name}"`;
  const vault = name ?? call.vaultIds?.[0] ?? "<vault>";
  return (
    `Whoever mints needs full access (view, edit and manage) to every vault granted, here ${vaults || "one of them"}. ` +
    "Somebody who manages the vault, or an owner or administrator of the account, gives it with " +
    `\`op vault user grant --vault ${quoted(vault)} --user <your email> --permissions allow_viewing,allow_editing,allow_managing\`.`
  );
}

function quoted(name: string): string {
  return /^[\w.-]+$/.test(name) ? name : `"${name}"`;
}
