import { ConnectError, fingerprint, isSameOnePasswordId } from "@opconnect/core";
import { type Mintable, type MintingPlace, mint } from "../minting/mint.ts";
import { unlessGone } from "../minting/retire-stored.ts";
import type { Minted } from "../minting/store-minted.ts";
import { isLive } from "../op/object-state.ts";
import type { OpCli } from "../op/op-cli.ts";
import { encodeStoreTags } from "../store/contract/value-tags.ts";
import { explainingVaultRefusal } from "../vault/access/explain-refusal.ts";
import type { ServerRecord, ServerRequest } from "./server-request.ts";

/**
 * Creates a Connect server and stores its credentials file. To be called under the lease.
 * @param plan `replaces` says that a server of the name may well be there.
 * @throws `OP_NAME_TAKEN` and other `OP_…` codes, `STORE_…` codes.
 */
export async function mintServer(
  { request, replaces }: { readonly request: ServerRequest; readonly replaces: boolean },
  { op, ...place }: MintingPlace & { readonly op: OpCli },
): Promise<ServerRecord> {
  const mintable = serverMintable(request, op, request.rotates);
  const refuseStrangers = replaces
    ? () => undefined
    : (ids: readonly string[]) => refuseNamesakes(request.name, ids);
  const { minted, versionId } = await mint({ ...mintable, refuseStrangers }, place);
  const { id: serverId, value } = minted;
  return { serverId, versionId, fingerprint: fingerprint(value), adopted: false };
}

/**
 * How Connect servers are minted.
 * @param known Id of a server that belongs to the environment.
 */
export function serverMintable(
  request: Pick<ServerRequest, "name" | "vaults" | "revision">,
  op: OpCli,
  known: string | undefined,
): Mintable<Minted> {
  const { name, vaults, revision } = request;
  return {
    known: [known],
    refuseStrangers: () => undefined,

    async listNamesakes(isFresh) {
      const servers = await (isFresh ? op.listServers() : op.recentServers());
      return servers.filter((row) => row.name === name && isLive(row)).map(({ id }) => id);
    },

    async create(made) {
      const knownIds = (await op.recentServers()).map(({ id }) => id);
      const vaultIds = vaults.map(({ id }) => id);
      const { id, credentialsFile } = await explainingVaultRefusal(vaultIds, op, () =>
        op.createServer({ name, vaultIds, knownIds }),
      );
      made.add(id);
      const described = { fingerprint: fingerprint(credentialsFile), revision, name, vaults };
      return {
        id,
        value: credentialsFile,
        tags: encodeStoreTags({ ...described, serverId: id, mintedAt: new Date() }),
        label: `the Connect server ${id}`,
        deleteCommand: `op connect server delete ${id}`,
      };
    },

    delete: (id) => deleteInOnePassword(id, op),
  };
}

/** Deletes a Connect server; that it is gone already is no error. */
export async function deleteInOnePassword(serverId: string, op: OpCli): Promise<void> {
  await unlessGone(
    () => op.deleteServer(serverId),
    async () => {
      const servers = await op.listServers();
      return servers.find(({ id }) => isSameOnePasswordId(id, serverId));
    },
  );
}

/** A server of our name whose credentials file the store does not hold can be used by nobody. */
function refuseNamesakes(name: string, ids: readonly string[]): void {
  if (ids.length === 0) return;
  throw new ConnectError(
    "OP_NAME_TAKEN",
    `1Password has a Connect server named "${name}" already (${ids.join(", ")}), and the credential store does not hold its credentials file, which cannot be had a second time.`,
    `If nothing uses it, delete it: ${ids.map((id) => `\`op connect server delete ${id}\``).join(", ")}. If its credentials file is at hand, put it into the secret and pass \`adopts: "${ids[0]}"\`. Otherwise rename it: \`op connect server edit ${ids[0]} --name <other name>\`. Then run again.`,
  );
}
