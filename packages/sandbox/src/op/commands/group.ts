import type { Group } from "../../account/account.ts";
import { findGroup, findUser } from "../find-object.ts";
import { firstArg, type OpCall, type OpCommand, type OpOutput } from "../op-command.ts";
import { renderRecord, renderTable } from "../table.ts";

export const groupCommands: readonly OpCommand[] = [
  {
    name: "group list",
    flags: ["--user <user>", "--vault <vault>"],
    callers: "people",
    run: listGroups,
  },
  { name: "group get", args: "<group>", callers: "people", run: getGroup },
];

async function listGroups({ account: file, options }: OpCall): Promise<OpOutput> {
  const account = await file.read();
  const userQuery = options.text("user");
  const user = userQuery === undefined ? undefined : findUser(account, userQuery);
  const groups = account.groups.filter(({ memberIds }) => !user || memberIds.includes(user.id));
  const rows = groups.map(({ id, name, state, createdAt }) => [id, name, state, createdAt]);
  const text = renderTable(["ID", "NAME", "STATE", "CREATED"], rows);
  return { text, json: groups.map(summarize) };
}

async function getGroup(call: OpCall): Promise<OpOutput> {
  const group = findGroup(await call.account.read(), firstArg(call));
  const { id, name, state, type, updatedAt } = group;
  const text = renderRecord({ ID: id, Name: name, State: state, Type: type });
  return { text, json: { ...summarize(group), updated_at: updatedAt, type } };
}

function summarize({ id, name, description, state, createdAt }: Group): object {
  return { id, name, description, state, created_at: createdAt };
}
