import type { Account, User } from "../../account/account.ts";
import type { Caller } from "../../account/caller.ts";
import { isSameId } from "../../account/ids.ts";
import { findByToken } from "../../account/service-account.ts";
import { OpFailure } from "../op-failure.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Connect's variables win over everything, then the service account's token. [D] */
export function callerMode(env: Environment): "connect" | "service-account" | "person" {
  if (env.OP_CONNECT_HOST && env.OP_CONNECT_TOKEN) return "connect";
  return env.OP_SERVICE_ACCOUNT_TOKEN ? "service-account" : "person";
}

/**
 * Who runs this call.
 * @param accountFilter Value of `--account`, else of OP_ACCOUNT.
 * @throws OpFailure in the words for not signed in, a bad or a deleted service account.
 */
export function findCaller(
  account: Account,
  env: Environment,
  accountFilter: string | undefined,
): Caller {
  const token = env.OP_SERVICE_ACCOUNT_TOKEN;
  return token ? serviceAccountCaller(account, token) : personCaller(account, env, accountFilter);
}

/** The person whose account this machine knows, signed in or not. */
export function knownPerson(account: Account, env: Environment): User | undefined {
  const email = env.OPCONNECT_SANDBOX_USER;
  if (email) return account.users.find((user) => user.email === email);
  const { session } = account;
  if (session.state === "no-account") return undefined;
  if (session.state === "signed-out") return account.users[0];
  return account.users.find(({ id }) => id === session.userId);
}

/** Whether that person has a session: the sandbox's own variable signs its person in. */
export function hasSession({ session }: Account, env: Environment): boolean {
  return Boolean(env.OPCONNECT_SANDBOX_USER) || session.state === "signed-in";
}

function personCaller(account: Account, env: Environment, accountFilter = env.OP_ACCOUNT): Caller {
  const user = knownPerson(account, env);
  if (!user) throw noAccountConfigured();
  if (accountFilter && !matchesFilter(account, user, accountFilter)) {
    throw new OpFailure(`no account found for filter ${accountFilter}`);
  }
  if (!hasSession(account, env)) throw notSignedIn();
  if (user.state !== "ACTIVE") {
    throw new OpFailure("(401) Unauthorized: You aren't authorized to access this resource.", {
      exitCode: 6,
    });
  }
  return { kind: "person", user };
}

function matchesFilter(account: Account, user: User, filter: string): boolean {
  const names = [account.shorthand, account.url, `https://${account.url}`, user.email];
  return names.includes(filter) || isSameId(account.id, filter) || isSameId(user.id, filter);
}

/** [S] pyonepassword, op-js */
function notSignedIn(): OpFailure {
  return new OpFailure(
    "You are not currently signed in. Please run `op signin --help` for instructions",
  );
}

/** First line byte-checked by others, the bullets paraphrased. [S] op 2.38.1 */
function noAccountConfigured(): OpFailure {
  const help = [
    "No accounts configured for use with 1Password CLI.",
    "",
    "To start using 1Password CLI, do one of the following:",
    " - Turn on the integration with the 1Password app.",
    " - Add an account manually with `op account add`.",
    " - Set the environment variable OP_SERVICE_ACCOUNT_TOKEN.",
    " - Set the environment variables OP_CONNECT_HOST and OP_CONNECT_TOKEN.",
    "",
  ];
  return new OpFailure("error initializing client:", { help: help.join("\n") });
}

function serviceAccountCaller(account: Account, token: string): Caller {
  const serviceAccount = findByToken(account, token);
  if (!serviceAccount) throw undecodableToken();
  const { state, expiresAt } = serviceAccount;
  const expired = expiresAt !== undefined && Date.parse(expiresAt) <= Date.now();
  if (state === "DELETED" || expired) throw deletedServiceAccount();
  return { kind: "service-account", serviceAccount };
}

/** [S] load-secrets-action #74; the end of the line is cut in that thread. */
function undecodableToken(): OpFailure {
  const steps = [
    "Validation: (failed to session.DecodeSACredentials)",
    "Server: (failed to DecodeSACredentials)",
    "failed to decode service account credentials",
  ];
  return new OpFailure(`error initializing client: ${steps.join(", ")}`);
}

/** [S] */
function deletedServiceAccount(): OpFailure {
  const steps = [
    "Authentication: (failed to auth.LookupAuth)",
    "Network: (failed to request.DoUnencrypted)",
    "Server: (403) (Forbidden (Service Account Deleted))",
    "The Service Account used in this integration has been deleted.",
  ];
  return new OpFailure(`error initializing client: ${steps.join(", ")}`);
}
