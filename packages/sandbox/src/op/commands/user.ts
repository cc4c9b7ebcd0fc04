import type { User } from "../../account/account.ts";
import { findUser } from "../find-object.ts";
import { type OpCall, type OpCommand, type OpOutput, signedIn } from "../op-command.ts";
import { OpFailure } from "../op-failure.ts";
import { renderRecord, renderTable } from "../table.ts";

export const userCommands: readonly OpCommand[] = [
  {
    name: "user get",
    args: "[user]",
    flags: ["--me", "--fingerprint", "--public-key"],
    run: getUser,
  },
  { name: "user list", flags: ["--group <group>", "--vault <vault>"], run: listUsers },
];

async function getUser(call: OpCall): Promise<OpOutput> {
  const [query] = call.args;
  const caller = signedIn(call);
  if (call.options.flag("me") && caller.kind === "service-account") {
    const { id, name, state, createdAt } = caller.serviceAccount;
    const json = { id, name, email: "", type: "SERVICE_ACCOUNT", state, created_at: createdAt };
    return { text: renderRecord({ ID: id, Name: name, Type: "SERVICE_ACCOUNT" }), json };
  }
  if (call.options.flag("me") && caller.kind === "person") return renderUser(caller.user);
  if (query === undefined) throw new OpFailure("accepts 1 arg(s), received 0");
  return renderUser(findUser(await call.account.read(), query));
}

function renderUser(user: User): OpOutput {
  const { id, name, email, type, state, createdAt, updatedAt, lastAuthAt } = user;
  const json = {
    ...summarize(user),
    created_at: createdAt,
    updated_at: updatedAt,
    last_auth_at: lastAuthAt,
  };
  const text = renderRecord({ ID: id, Name: name, Email: email, State: state, Type: type });
  return { text, json };
}

async function listUsers({ account: file, options }: OpCall): Promise<OpOutput> {
  const account = await file.read();
  const groupQuery = options.text("group");
  const group = account.groups.find(({ id, name }) => id === groupQuery || name === groupQuery);
  const users = account.users.filter(
    ({ id }) => groupQuery === undefined || group?.memberIds.includes(id),
  );
  const rows = users.map(({ id, name, email, state, type }) => [id, name, email, state, type]);
  const text = renderTable(["ID", "NAME", "EMAIL", "STATE", "TYPE"], rows);
  return { text, json: users.map(summarize) };
}

function summarize({ id, name, email, type, state }: User): object {
  return { id, name, email, type, state };
}
