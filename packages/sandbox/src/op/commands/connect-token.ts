import type { Account, ConnectServer, ConnectToken, TokenVault } from "../../account/account.ts";
import { addConnectToken, tokenAcl } from "../../account/connect-token.ts";
import { isId } from "../../account/ids.ts";
import {
  assertHasRequestedAccess,
  assertMayMint,
  manageableServer,
} from "../caller/connect-rights.ts";
import { parseDuration } from "../duration.ts";
import { findConnectServer, findConnectToken, visibleVaults } from "../find-object.ts";
import {
  firstArg,
  nothing,
  type OpCall,
  type OpCommand,
  type OpOutput,
  signedIn,
} from "../op-command.ts";
import { OpFailure } from "../op-failure.ts";
import { renderTable } from "../table.ts";

export const connectTokenCommands: readonly OpCommand[] = [
  {
    name: "connect token create",
    args: "<name>",
    flags: ["--server <server>", "--vault <vault>", "--vaults <vault>", "--expires-in <duration>"],
    callers: "people",
    run: createToken,
  },
  { name: "connect token list", flags: ["--server <server>"], callers: "people", run: listTokens },
  {
    name: "connect token edit",
    args: "<token>",
    flags: ["--name <name>", "--server <server>"],
    callers: "people",
    run: editToken,
  },
  {
    name: "connect token delete",
    args: "<token>",
    flags: ["--server <server>"],
    callers: "people",
    run: deleteToken,
  },
];

/** Prints the JWT and nothing else, whatever the format. [S] */
async function createToken(call: OpCall): Promise<OpOutput> {
  const { options } = call;
  const expiresIn = options.text("expires-in");
  const lifetimeMs =
    expiresIn === undefined ? undefined : parseDuration(expiresIn, "expires-in", call.usage);
  const jwt = await call.account.update(async (account) => {
    const server = manageableServer(account, call, options.required("server"));
    const asked = [...options.each("vault"), ...options.each("vaults")];
    const vaults = asked.map((spec) => parseVault(account, call, server, spec));
    return await addConnectToken(account, {
      name: firstArg(call),
      server,
      vaults: vaults.filter(({ id }) => !call.dropVault(id)),
      expiresAt: lifetimeMs === undefined ? undefined : new Date(Date.now() + lifetimeMs),
    });
  });
  return { text: jwt };
}

/** `V`, `V,r`, `V,w` or `V,rw`: the comma is not between vaults. [D] */
function parseVault(
  account: Account,
  call: OpCall,
  server: ConnectServer,
  spec: string,
): TokenVault {
  const [query = "", suffix = "rw"] = spec.split(",").map((part) => part.trim());
  if (suffix !== "r" && suffix !== "w" && suffix !== "rw") {
    throw new OpFailure(`invalid permission "${suffix}": use r, w or rw`);
  }
  const vault = visibleVaults(account, signedIn(call)).find(({ id, name }) =>
    isId(query) ? id === query.toLowerCase() : name === query && !query.includes(" "),
  );
  // [S] also seen for a name with spaces, which only this command cannot take
  if (!vault) throw new OpFailure(`unable to find vault with ID '${query}'`);
  const writes = suffix.includes("w");
  assertHasRequestedAccess(account, call, vault, { reads: suffix.includes("r"), writes });
  if (!server.vaultIds.includes(vault.id)) throw notGrantedToServer(vault.name);
  return { id: vault.id, acl: tokenAcl[suffix] };
}

/** [?] wording; that the server must have the vault first is [D]. */
function notGrantedToServer(vault: string): OpFailure {
  const reason = `The Connect server does not have access to vault '${vault}'.`;
  const issue = "Couldn't issue the token";
  return new OpFailure(`${issue}: "can't grant access to the vault: ${reason}"`, {
    others: [
      [`${issue}: vault '${vault}' is out of the integration's scope`, 1],
      ["(400) Bad Request: The structure of request was invalid.", 4],
      [`${issue}.`, 1],
    ],
  });
}

/** Revoked tokens are listed too. [S] */
async function listTokens(call: OpCall): Promise<OpOutput> {
  const account = await call.account.read();
  assertMayMint(account, call);
  const query = call.options.text("server");
  const server = query === undefined ? undefined : findConnectServer(account, query);
  const tokens = account.connectTokens.filter(({ serverId }) => !server || serverId === server.id);
  if (tokens.length === 0) return nothing;
  const rows = tokens.map(({ id, name, state, serverId }) => [id, name, state, serverId]);
  return {
    text: renderTable(["ID", "NAME", "STATE", "INTEGRATION ID"], rows),
    json: tokens.map((token) => summarize(token, account)),
  };
}

async function editToken(call: OpCall): Promise<OpOutput> {
  await call.account.update((account) => {
    const token = namedToken(account, call);
    token.name = call.options.text("name") ?? token.name;
  });
  return nothing;
}

async function deleteToken(call: OpCall): Promise<OpOutput> {
  await call.account.update((account) => {
    const token = namedToken(account, call);
    token.state = "REVOKED";
    const server = account.connectServers.find(({ id }) => id === token.serverId);
    if (server) server.tokensVersion += 1;
  });
  return nothing;
}

function namedToken(account: Account, call: OpCall): ConnectToken {
  assertMayMint(account, call);
  const query = call.options.text("server");
  const server = query === undefined ? undefined : findConnectServer(account, query);
  return findConnectToken(account, firstArg(call), server);
}

/** [S] op-js and op 2.33: ids of vaults are printed in upper case here, in lower case elsewhere. */
/**
 * [?] Whether a vault taken from the server leaves the rows of its tokens is not public; what a
 * token can still do follows the server [D], and rows are the only witness of a server's grants.
 */
function summarize(token: ConnectToken, account: Account): object {
  const server = account.connectServers.find(({ id }) => id === token.serverId);
  const vaults = token.vaults.filter(({ id }) => !server || server.vaultIds.includes(id));
  return {
    id: token.id,
    name: token.name,
    state: token.state,
    issuer: "com.1password.b5",
    audience: "com.1password.connect",
    features: ["vaultaccess"],
    vaults: vaults.map(({ id, acl }) => ({ id: id.toUpperCase(), acl: aclNames(acl) })),
    created_at: token.createdAt,
    ...(token.expiresAt === undefined ? {} : { expires_at: token.expiresAt }),
    integration_id: token.serverId,
  };
}

function aclNames(acl: number): readonly string[] {
  const reads = (acl & tokenAcl.r) === tokenAcl.r ? ["allow_viewing"] : [];
  return (acl & tokenAcl.w) === tokenAcl.w ? [...reads, "allow_editing"] : reads;
}
