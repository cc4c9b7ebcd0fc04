import { ConnectError } from "@opconnect/core";
import { ensureMinted, type Wanted } from "../minting/ensure.ts";
import { checkId, checkRequest, type MintingSystems } from "../minting/request.ts";
import type { Minted } from "../minting/store-minted.ts";
import type { OpCli } from "../op/op-cli.ts";
import { explainingVaultRefusal } from "../vault/access/explain-refusal.ts";
import { serverKind } from "./kind.ts";
import { planServer, type StoredServer } from "./plan.ts";
import type { ServerRecord, ServerRequest } from "./request.ts";
import { updateServerGrants } from "./update-grants.ts";

/**
 * Makes sure that there is a Connect server with its credentials file in the store. What the store
 * holds is adopted where it fits and 1Password does not call it deleted, claimed, and its grants
 * brought into line; `op` is needed only otherwise. Runs at the same time, on whatever machine, make
 * one server, and a run that was killed is completed by the next.
 * @throws `OP_NAME_TAKEN` if 1Password has a server of this name that the store does not know,
 * `CREDENTIALS_FILE_INVALID`, `STORE_BUSY`, other `STORE_…` codes and `OP_…` codes. Nothing is left
 * behind in 1Password.
 */
export async function ensureServer(
  request: ServerRequest,
  systems: MintingSystems,
): Promise<ServerRecord> {
  checkRequest(request);
  checkId("adopts", request.adopts);
  const { name, revision, secretId, vaults, adminCommand, serverId: own } = request;
  const wanted: Wanted<StoredServer> = {
    kind: serverKind(systems.op),
    request,
    own,
    plan: (state) => planServer(state, request),
    create: (made) => createServer(request, systems.op, made),
    describe: ({ id: serverId, ...known }) => ({ revision, name, serverId, ...known }),
    align: ({ id: serverId, vaults: previous }, held) =>
      updateServerGrants({ serverId, secretId, vaults, previous, adminCommand }, systems, held),
    refuseDeleted: (id) => refuseDeleted(id, revision),
    refuseNamesakes: (ids) => refuseNamesakes(name, ids),
  };
  const { about, ...record } = await ensureMinted(wanted, systems);
  return { serverId: about.id, ...record };
}

async function createServer(
  { name, vaults }: ServerRequest,
  op: OpCli,
  made: Set<string>,
): Promise<Minted<StoredServer>> {
  const knownIds = (await op.recentServers()).map(({ id }) => id);
  const vaultIds = vaults.map(({ id }) => id);
  const { id, credentialsFile } = await explainingVaultRefusal(vaultIds, op, () =>
    op.createServer({ name, vaultIds, knownIds }),
  );
  made.add(id);
  return { about: { id, vaults, mintedAt: new Date() }, value: credentialsFile };
}

function refuseDeleted(serverId: string, revision: number): void {
  throw new ConnectError(
    "OP_NOT_FOUND",
    `The Connect server ${serverId} is to be taken over, and it was deleted in 1Password.`,
    `Pass the id of the server that the stored credentials file belongs to as \`adopts\`, or leave it out and set \`revision: ${revision + 1}\` to have a new one created.`,
  );
}

/** A server of our name whose credentials file the store does not hold is of no use. */
function refuseNamesakes(name: string, ids: readonly string[]): void {
  if (ids.length === 0) return;
  throw new ConnectError(
    "OP_NAME_TAKEN",
    `1Password has a Connect server named "${name}" already (${ids.join(", ")}), and the credential store does not hold its credentials file, which cannot be had a second time.`,
    `If nothing uses it, delete it: ${ids.map((id) => `\`op connect server delete ${id}\``).join(", ")}. If its credentials file is at hand, put it into the secret and pass \`adopts: "${ids[0]}"\`. Otherwise rename it: \`op connect server edit ${ids[0]} --name <other name>\`. Then run again.`,
  );
}
