import type { OptionValues } from "./request.ts";

/** Every option of `opconnect aws-credentials` and what it is for, in the order of its help. */
export const requestOptions: Readonly<Record<string, string>> = {
  "--item <name-or-id>": "1Password item with the access key",
  "--vault <name-or-id>": "vault of the item",
  "--account <account>": "1Password account, as in `op --account`",
  "--duration <time>":
    "life time of the session, 15m to 36h or, of a role, to 12h (default: what AWS gives)",
  "--region <region>": "region of STS (default: us-east-1)",
  "--role-arn <arn>": "role to assume with the session",
  "--role-session-name <name>": "name of the role's session in logs",
  "--external-id <id>": "external id that the role asks for",
  "--direct-mfa": "assume the role by the access key and a one-time password, without a session",
  "--no-mfa": "ask for the session without a one-time password",
  "--cache <place>": "where sessions are kept: item, keychain or none (default: item)",
  "--margin <time>":
    "renew this long before the session expires, less than it lasts (default: 30s)",
  "--timeout <time>": "give up after this long, 1s to 24h (default: 2m)",
  "--rewrite-item": "cache in the item even if it may hold a passkey or files, which that destroys",
  "--access-key-id-field <label>": "field of the access key id (default: Access Key ID)",
  "--secret-access-key-field <label>":
    "field of the secret access key (default: Secret Access Key)",
  "--mfa-serial-field <label>": "field of the MFA device's ARN (default: mfa serial)",
  "--one-time-password-field <label>":
    "field of the one-time password (default: the item's only one)",
  "--session-cache-field <label>": "field that keeps the session (default: session_cache)",
};

/**
 * The options of a plain `opconnect aws-credentials`, which SDKs run before nearly everything they
 * do: read without the parser of the other commands, as loading that takes longer than all the rest.
 * @returns Nothing if it is anything else, such as a subcommand, `--help` or a mistake.
 */
export function quickOptions([command, ...args]: readonly string[]): OptionValues | undefined {
  if (command !== "aws-credentials") return undefined;
  try {
    const options = Object.fromEntries(
      Object.keys(requestOptions).map((flags) => {
        const [name = "", value] = flags.slice("--".length).split(" ");
        return [name, { type: value === undefined ? "boolean" : "string" } as const];
      }),
    );
    // An import would load all of it, which takes longer than to read the arguments.
    return process.getBuiltinModule("node:util").parseArgs({ args, options }).values;
  } catch {
    return undefined;
  }
}

/** The options again, as words of a command line. */
export function requestWords(values: OptionValues): readonly string[] {
  return Object.keys(requestOptions).flatMap((flags) => {
    const [option = ""] = flags.split(" ");
    const value = values[option.slice("--".length)];
    if (typeof value === "string") return [option, value];
    return value === true ? [option] : [];
  });
}
