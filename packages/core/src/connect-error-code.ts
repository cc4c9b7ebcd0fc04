/**
 * Every code a {@link ConnectError} may carry, with its meaning in one line.
 * Codes are stable: they are matched by scripts. `docs/errors.md` says what to do about each.
 */
export const connectErrorCodes = {
  ARGUMENT_INVALID: "An argument is not what the function or component takes.",
  CONVENTION_PLACEHOLDER: "A template has an unknown, a missing or an unfinished placeholder.",
  CONVENTION_VALUE: "A client, environment or purpose is not lower-case words joined by hyphens.",
  CONVENTION_NAME: "A name breaks the rules of the system it is meant for.",
  CONVENTION_AMBIGUOUS: "A name could not be told apart from that of another environment.",
  CONVENTION_COLLISION: "Two different things would get the same name.",
  CHART_VERSION_INVALID: "The chart version is not written as a full version.",
  CHART_VERSION_UNSUPPORTED: "The chart version is not one this release knows.",
  CREDENTIALS_FILE_INVALID: "The text is not a whole 1password-credentials.json.",
  TOKEN_MALFORMED: "The text is not a whole Connect token.",
  TOKEN_MISMATCH: "The Connect token is another server's, or has another scope.",
  ITEM_PATH_INVALID: "The text does not point at a 1Password item.",
  SHARE_LINK_INVALID: "The link is not a private link to a 1Password item.",
  VAULT_KEY_DUPLICATE: "A vault key is used twice in one environment.",
  VAULT_KEY_UNKNOWN: "A vault key is used that the environment does not declare.",
  VAULT_ID_INVALID: "The text is not the id of a vault.",
  OP_NOT_INSTALLED: "There is no 1Password CLI on PATH.",
  OP_NOT_SIGNED_IN: "The 1Password CLI has no signed-in account.",
  OP_CANNOT_MINT: "The signed-in identity may not manage Connect servers and tokens.",
  OP_VAULT_ACCESS: "The signed-in person lacks a permission on a vault.",
  OP_AMBIGUOUS_NAME: "Several things in 1Password carry the name.",
  OP_NAME_TAKEN: "The name is taken by something this environment did not make.",
  OP_NOT_FOUND: "1Password has nothing by that id, or does not show it to this person.",
  OP_RATE_LIMITED: "1Password asks to slow down.",
  OP_NETWORK_BLOCKED: "1Password cannot be reached from here, or refuses this network.",
  OP_TIMED_OUT: "The 1Password CLI gave no answer in time.",
  OP_OUTPUT_UNEXPECTED: "The 1Password CLI printed something else than expected.",
  OP_FAILED: "The 1Password CLI failed for a reason without a code of its own.",
  STORE_ACCESS_DENIED: "The credential store refuses access.",
  STORE_NOT_FOUND: "The credential store does not hold the secret, or not its value.",
  STORE_UNREACHABLE: "The credential store cannot be reached.",
  STORE_CONTENT_INVALID: "The credential store holds something else than expected.",
  STORE_FAILED: "The credential store failed for a reason without a code of its own.",
  CLUSTER_CONFIG_INVALID: "The kubeconfig cannot be used.",
  CLUSTER_UNREACHABLE: "The cluster's API server cannot be reached.",
  CLUSTER_ACCESS_DENIED: "The cluster refuses access.",
  CLUSTER_MISMATCH: "Two settings point at different clusters.",
  CLUSTER_SECRET_FOREIGN: "A Kubernetes Secret of that name belongs to someone else.",
  CLUSTER_FAILED: "The cluster failed for a reason without a code of its own.",
} as const;

/** Code of a {@link ConnectError}, e.g. `"OP_NOT_SIGNED_IN"`. */
export type ConnectErrorCode = keyof typeof connectErrorCodes;
