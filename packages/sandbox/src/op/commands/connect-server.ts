import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ConnectServer } from "../../account/account.ts";
import { callerId } from "../../account/caller.ts";
import { addConnectServer, revokeConnectServer } from "../../account/connect-server.ts";
import { assertMayMint, grantableVault, manageableServer } from "../caller/connect-rights.ts";
import {
  firstArg,
  nothing,
  type OpCall,
  type OpCommand,
  type OpOutput,
  signedIn,
} from "../op-command.ts";
import { OpFailure } from "../op-failure.ts";
import { renderRecord, renderTable } from "../table.ts";

export const connectServerCommands: readonly OpCommand[] = [
  {
    name: "connect server create",
    args: "<name>",
    flags: ["--vaults <vaults>", "-f, --force"],
    callers: "people",
    run: createServer,
  },
  { name: "connect server list", callers: "people", run: listServers },
  {
    name: "connect server get",
    args: "<server>",
    readsIds: true,
    callers: "people",
    run: getServer,
  },
  {
    name: "connect server edit",
    args: "<server>",
    flags: ["--name <name>"],
    callers: "people",
    run: editServer,
  },
  {
    name: "connect server delete",
    args: "<server>",
    readsIds: true,
    callers: "people",
    run: deleteServer,
  },
];

/** Writes the credentials file into the working directory and prints text, whatever the format. [S] */
async function createServer(call: OpCall): Promise<OpOutput> {
  const path = join(call.cwd, "1password-credentials.json");
  await confirmOverwrite(call, path);
  const { server, credentialsFile } = await call.account.update((account) => {
    assertMayMint(account, call);
    const vaults = call.options.list("vaults").map((query) => grantableVault(account, call, query));
    return addConnectServer(account, {
      name: firstArg(call),
      vaultIds: vaults.map(({ id }) => id),
      creatorId: callerId(signedIn(call)),
    });
  });
  await writeFile(path, credentialsFile, { mode: 0o600 });
  const lines = ["Set up a Connect server.", `UUID: ${server.id}`, `Credentials file: ${path}`];
  return { text: lines.join("\n") };
}

/** [S] the question; [?] that it comes before the server is made, and what no answer does. */
async function confirmOverwrite(call: OpCall, path: string): Promise<void> {
  if (call.options.flag("force") || !existsSync(path)) return;
  call.writeStderr(`File ${path} already exists, overwrite it? [Y/n] `);
  const answer = call.stdinIsPiped ? (await call.readStdin()).trim() : undefined;
  if (answer === undefined || !/^(y|yes)?$/i.test(answer)) {
    throw new OpFailure(`file ${path} already exists`);
  }
}

/** Deleted servers stay in the list. [?] op-js knows a state REVOKED, which has to show somewhere. */
async function listServers(call: OpCall): Promise<OpOutput> {
  const account = await call.account.read();
  assertMayMint(account, call);
  const { connectServers } = account;
  if (connectServers.length === 0) return nothing;
  const rows = connectServers.map(({ id, name, state }) => [id, name, state]);
  return {
    text: renderTable(["ID", "NAME", "STATE"], rows),
    json: connectServers.map(summarize),
  };
}

async function getServer(call: OpCall): Promise<OpOutput> {
  const server = manageableServer(await call.account.read(), call, firstArg(call));
  const { id, name, state, createdAt, creatorId } = server;
  const text = renderRecord({
    ID: id,
    Name: name,
    State: state,
    Created: createdAt,
    Creator: creatorId,
  });
  return { text, json: summarize(server) };
}

async function editServer(call: OpCall): Promise<OpOutput> {
  await call.account.update((account) => {
    const server = manageableServer(account, call, firstArg(call));
    server.name = call.options.text("name") ?? server.name;
  });
  return nothing;
}

/** No question asked; the credentials file and all tokens are dead at once. [D] */
async function deleteServer(call: OpCall): Promise<OpOutput> {
  await call.account.update((account) => {
    revokeConnectServer(account, manageableServer(account, call, firstArg(call)));
  });
  return nothing;
}

/** [S] op-js. No list of vaults: nothing in `op` prints a server's grants. */
function summarize(server: ConnectServer): object {
  return {
    id: server.id,
    name: server.name,
    state: server.state,
    created_at: server.createdAt,
    creator_id: server.creatorId,
    tokens_version: server.tokensVersion,
  };
}
