import type { Account, ConnectServer, Vault } from "../../account/account.ts";
import { grantableVault, manageableServer } from "../caller/connect-rights.ts";
import { findVault } from "../find-object.ts";
import { type OpCall, type OpCommand, type OpOutput, signedIn } from "../op-command.ts";
import { OpFailure } from "../op-failure.ts";

const flags = ["--server <server>", "--vault <vault>"];

export const connectVaultCommands: readonly OpCommand[] = [
  { name: "connect vault grant", flags, callers: "people", run: grantVault },
  { name: "connect vault revoke", flags, callers: "people", run: revokeVault },
];

async function grantVault(call: OpCall): Promise<OpOutput> {
  return await call.account.update((account) => {
    const server = namedServer(account, call);
    const vault = grantableVault(account, call, call.options.required("vault"));
    const [serverText, vaultText] = describe(server, vault);
    if (server.vaultIds.includes(vault.id)) {
      refuseRepetition(account, `${serverText} already has access to ${vaultText}.`);
    } else server.vaultIds.push(vault.id);
    return { text: `${serverText} has been successfully granted access to ${vaultText}.` };
  });
}

/** Cuts every token of the server off from the vault. [D] */
async function revokeVault(call: OpCall): Promise<OpOutput> {
  return await call.account.update((account) => {
    const server = namedServer(account, call);
    const vault = findVault(account, signedIn(call), call.options.required("vault"));
    const [serverText, vaultText] = describe(server, vault);
    if (!server.vaultIds.includes(vault.id)) {
      refuseRepetition(account, `${serverText} does not have access to ${vaultText}.`);
    }
    server.vaultIds = server.vaultIds.filter((id) => id !== vault.id);
    return { text: `${serverText} no longer has access to ${vaultText}.` };
  });
}

/** [S] a repeated grant may fail; [?] the words, whether it always does, and all of a revocation. */
function refuseRepetition({ wording }: Account, said: string): void {
  if (wording === 3) return;
  throw new OpFailure(said, {
    others: [
      ["(409) Conflict: The request could not be completed.", 4],
      ["There is nothing to do.", 1],
    ],
  });
}

function namedServer(account: Account, call: OpCall): ConnectServer {
  return manageableServer(account, call, call.options.required("server"));
}

/** [S] op 2.33 */
function describe(server: ConnectServer, vault: Vault): readonly [string, string] {
  return [`Connect server ${server.name} (${server.id})`, `vault ${vault.name} (${vault.id})`];
}
