import { ConnectError, fingerprint, isSameOnePasswordId } from "@opconnect/core";
import { withAdminCommand } from "./admin-command.ts";
import { updateServerGrants } from "./connect-server-grants.ts";
import { planServer } from "./connect-server-plan.ts";
import { type MintingSystems, mintAnnounced, storeMinted } from "./minting.ts";
import type { OpServer } from "./op-cli.ts";
import { retireStored, unlessGone } from "./retirement.ts";
import { encodeStoreTags } from "./store-tags.ts";
import type { VaultGrant } from "./vault-grant.ts";

/** A Connect server that shall exist, with its credentials file in the store. */
export interface ServerRequest {
  /** Name in 1Password, which does not keep it unique; we do. */
  readonly name: string;
  /** Vaults it is granted. */
  readonly vaults: readonly VaultGrant[];
  /** ARN of the secret that takes the credentials file. */
  readonly secretId: string;
  /** 1, and one more for each new server that shall replace the last. */
  readonly revision: number;
  /** What somebody who can mint has to run, e.g. `"pulumi up --stack acme-prod"`. */
  readonly adminCommand: string;
}

/** A Connect server that exists, with its credentials file in the store. */
export interface ServerRecord {
  /** Id: 26 letters and digits, upper-case. */
  readonly serverId: string;
  /** Version of the secret that holds the credentials file. */
  readonly versionId: string;
  /** SHA-256 of the credentials file, hex. */
  readonly fingerprint: string;
  /** Whether it was in the store already. */
  readonly adopted: boolean;
}

/**
 * Makes sure that there is a Connect server with its credentials file in the store. What the store
 * holds is adopted where it fits, and its grants brought into line; `op` is needed only otherwise.
 * @throws `OP_NAME_TAKEN` if 1Password has a server of this name that the store does not know,
 * `CREDENTIALS_FILE_INVALID`, `STORE_…` and `OP_…` codes. Nothing is left behind in 1Password.
 */
export async function ensureServer(
  request: ServerRequest,
  systems: MintingSystems,
): Promise<ServerRecord> {
  const { secretId, vaults, adminCommand } = request;
  const stored = await systems.store.read(secretId);
  const plan = planServer(stored, request);
  if (plan.kind === "mint") {
    return withAdminCommand(adminCommand, () => mintServer(request, plan.replaces, systems));
  }
  const { serverId } = plan;
  await updateServerGrants(
    { serverId, secretId, vaults, previous: plan.vaults, adminCommand },
    systems,
  );
  const { value, versionId } = plan.stored;
  return { serverId, versionId, fingerprint: fingerprint(value), adopted: true };
}

async function mintServer(
  request: ServerRequest,
  replaces: boolean,
  { op, store }: MintingSystems,
): Promise<ServerRecord> {
  const { name, vaults, secretId, revision } = request;
  const servers = await op.listServers();
  if (!replaces) refuseNamesakes(name, servers);
  const newServer = {
    name,
    vaultIds: vaults.map(({ id }) => id),
    knownIds: servers.map(({ id }) => id),
  };
  const created = await mintAnnounced(store, secretId, () => op.createServer(newServer));
  const { id: serverId, credentialsFile } = created;
  const tags = { fingerprint: fingerprint(credentialsFile), revision, name, serverId, vaults };
  const { versionId } = await storeMinted(
    store,
    { secretId, value: credentialsFile, tags: encodeStoreTags(tags) },
    {
      label: `the Connect server ${serverId}`,
      deleteCommand: `op connect server delete ${serverId}`,
      delete: () => op.deleteServer(serverId),
    },
  );
  return { serverId, versionId, fingerprint: tags.fingerprint, adopted: false };
}

/** A server of our name whose credentials file the store does not hold can be used by nobody. */
function refuseNamesakes(name: string, servers: readonly OpServer[]): void {
  const namesakes = servers.filter((server) => server.name === name && server.state === "ACTIVE");
  if (namesakes.length === 0) return;
  const ids = namesakes.map(({ id }) => id);
  throw new ConnectError(
    "OP_NAME_TAKEN",
    `1Password has a Connect server named "${name}" already (${ids.join(", ")}), and the credential store does not hold its credentials file, which cannot be had a second time.`,
    `If nothing uses it, delete it: ${ids.map((id) => `\`op connect server delete ${id}\``).join(", ")}. Otherwise rename it: \`op connect server edit ${ids[0]} --name <other name>\`. Then run again.`,
  );
}

/** A Connect server that shall be gone. */
export interface ServerDeletion {
  readonly serverId: string;
  /** ARN of the secret that keeps its credentials file. */
  readonly secretId: string;
  /** What somebody who can mint has to run, e.g. `"pulumi destroy --stack acme-prod"`. */
  readonly adminCommand: string;
}

/**
 * Deletes a Connect server, which ends its credentials file and all its Connect tokens, and marks
 * the stored credentials file as retired. One that is gone already is no error.
 * @throws `STORE_…` and `OP_…` codes.
 */
export async function deleteServer(
  deletion: ServerDeletion,
  { op, store }: MintingSystems,
): Promise<void> {
  const { serverId, secretId, adminCommand } = deletion;
  await withAdminCommand(adminCommand, () =>
    unlessGone(
      () => op.deleteServer(serverId),
      async () => {
        const servers = await op.listServers();
        return servers.find(({ id }) => isSameOnePasswordId(id, serverId));
      },
    ),
  );
  await retireStored(store, secretId, (tags) => isSameOnePasswordId(tags.serverId ?? "", serverId));
}
