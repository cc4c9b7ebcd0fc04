import type { SecretsAutomationManager } from "../../account/account.ts";
import { assertMayMint } from "../caller/connect-rights.ts";
import { findConnectServer, findGroup } from "../find-object.ts";
import { nothing, type OpCall, type OpCommand, type OpOutput } from "../op-command.ts";

const flags = ["--group <group>", "--server <server>", "--all-servers"];

export const connectGroupCommands: readonly OpCommand[] = [
  { name: "connect group grant", flags, callers: "people", run: grantGroup },
  { name: "connect group revoke", flags, callers: "people", run: revokeGroup },
];

/** Makes a group Secrets Automation managers: of one server, or without one of everything. [D] */
async function grantGroup(call: OpCall): Promise<OpOutput> {
  await changeManagers(call, (managers, manager) => [...managers, manager]);
  return nothing;
}

async function revokeGroup(call: OpCall): Promise<OpOutput> {
  await changeManagers(call, (managers, { groupId, serverId }) =>
    managers.filter((each) => each.groupId !== groupId || each.serverId !== serverId),
  );
  return nothing;
}

async function changeManagers(
  call: OpCall,
  change: (
    managers: SecretsAutomationManager[],
    manager: SecretsAutomationManager,
  ) => SecretsAutomationManager[],
): Promise<void> {
  await call.account.update((account) => {
    assertMayMint(account, call);
    const group = findGroup(account, call.options.required("group"));
    const query = call.options.text("server");
    const server = query === undefined ? undefined : findConnectServer(account, query);
    const manager = { groupId: group.id, ...(server ? { serverId: server.id } : {}) };
    account.secretsAutomationManagers = change(account.secretsAutomationManagers, manager);
  });
}
