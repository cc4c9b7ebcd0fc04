import type { AccountFile } from "../../account/account-file.ts";
import type { Caller } from "../../account/caller.ts";
import type { OpOptions } from "../argv/options.ts";
import type { OpCommand } from "../op-command.ts";
import { OpFailure } from "../op-failure.ts";
import { callerMode, findCaller } from "./find-caller.ts";

/** Who runs the command, and the account as they see it. */
export interface Admission {
  readonly account: AccountFile;
  /** Absent where no sign-in is needed. */
  readonly caller: Caller | undefined;
  /** For the call log, e.g. `"person owner@example.com"`. */
  readonly actor: string;
}

/**
 * Finds out who calls.
 * @throws OpFailure if no caller is signed in, or the command is not for such a caller.
 */
export async function admitCaller(
  { name, callers = "signed-in" }: OpCommand,
  account: AccountFile,
  env: Readonly<Record<string, string | undefined>>,
  options: OpOptions,
): Promise<Admission> {
  if (callerMode(env) === "connect") {
    if (callers !== "connect-too") throw notWithConnect(name);
    const { openConnectView } = await import("../connect-view.ts");
    const view = await openConnectView(env.OP_CONNECT_HOST ?? "", env.OP_CONNECT_TOKEN ?? "");
    return { ...view, actor: "connect" };
  }
  if (callers === "everybody") return { account, caller: undefined, actor: "nobody" };
  const caller = findCaller(await account.read(), env, options.text("account"));
  if (caller.kind === "service-account" && callers === "people") throw notForServiceAccounts(name);
  return { account, caller, actor: describe(caller) };
}

/** [S] community.general PR #10965 */
function notWithConnect(name: string): OpFailure {
  const unset = "Please unset 'OP_CONNECT_HOST' and 'OP_CONNECT_TOKEN' to use this command.";
  return new OpFailure(`"op ${name}" doesn't work with Connect. ${unset}`);
}

/** [S] for `op user` in older builds; that newer ones say the same of `op connect` is [?]. */
function notForServiceAccounts(name: string): OpFailure {
  return new OpFailure(`unknown command "${name.split(" ")[0]}" for "op"`, {
    others: [["This token can't be used for that.", 1]],
  });
}

function describe(caller: Caller): string {
  return caller.kind === "person"
    ? `person ${caller.user.email}`
    : `service account ${caller.serviceAccount.name}`;
}
