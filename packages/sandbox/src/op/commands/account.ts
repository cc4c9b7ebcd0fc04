import { callerMode, findCaller, hasSession, knownPerson } from "../caller/find-caller.ts";
import { nothing, type OpCall, type OpCommand, type OpOutput } from "../op-command.ts";
import { OpFailure } from "../op-failure.ts";
import { renderRecord, renderTable } from "../table.ts";

export const accountCommands: readonly OpCommand[] = [
  { name: "whoami", callers: "everybody", run: whoami },
  { name: "account list", callers: "everybody", run: listAccounts },
  { name: "account get", run: getAccount },
  { name: "signin", flags: ["-f, --force", "--raw"], callers: "everybody", run: signIn },
];

/** Never starts a sign-in, and has its own words for there being none. [S] */
async function whoami({ account: file, env, options }: OpCall): Promise<OpOutput> {
  const account = await file.read();
  if (callerMode(env) === "person" && !hasSession(account, env)) {
    throw new OpFailure("account is not signed in");
  }
  const caller = findCaller(account, env, options.text("account"));
  const { url } = account;
  if (caller.kind === "service-account") {
    const { id } = caller.serviceAccount;
    const json = { url, user_uuid: id, account_uuid: account.id, user_type: "SERVICE_ACCOUNT" };
    const text = renderRecord({ URL: url, "User ID": id, "User Type": "SERVICE_ACCOUNT" });
    return { text, json };
  }
  const { email, id } = caller.user;
  const json = {
    url,
    email,
    user_uuid: id,
    account_uuid: account.id,
    shorthand: account.shorthand,
  };
  return { text: renderRecord({ URL: url, Email: email, "User ID": id }), json };
}

/** Lists what this machine knows, with or without a session. [S] */
async function listAccounts({ account: file, env }: OpCall): Promise<OpOutput> {
  const account = await file.read();
  const user = knownPerson(account, env);
  if (!user) return { text: "", json: [] };
  const { url, shorthand, id } = account;
  const json = [{ url, email: user.email, user_uuid: user.id, account_uuid: id, shorthand }];
  const text = renderTable(
    ["SHORTHAND", "URL", "EMAIL", "USER ID"],
    [[shorthand, `https://${url}`, user.email, user.id]],
  );
  return { text, json };
}

async function getAccount({ account: file }: OpCall): Promise<OpOutput> {
  const { id, shorthand, type } = await file.read();
  const json = { id, name: shorthand, domain: shorthand, type, state: "ACTIVE" };
  return {
    text: renderRecord({ ID: id, Name: shorthand, Type: type, State: "ACTIVE" }),
    json,
  };
}

/** With the desktop app nothing is printed; a prompt that is not answered is dismissed. [S] */
async function signIn({ account: file, env }: OpCall): Promise<OpOutput> {
  if (hasSession(await file.read(), env)) return nothing;
  throw new OpFailure(
    "error initializing client: authorization prompt dismissed, please try again",
  );
}
