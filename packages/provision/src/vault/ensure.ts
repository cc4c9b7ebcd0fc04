import { ConnectError, isSameOnePasswordId } from "@opconnect/core";
import type { Lease } from "../lease/held.ts";
import { withLease } from "../lease/with-lease.ts";
import { readTags } from "../minting/stored-state.ts";
import { type AdminTask, withAdminCommand } from "../op/admin-command.ts";
import { unlessOpFails } from "../op/object-state.ts";
import type { OpCli } from "../op/op-cli.ts";
import type { OpVault } from "../op/vaults.ts";
import type { CredentialStore } from "../store/contract/credential-store.ts";
import { alignRoles, changeRoles, planRoles } from "./access/align-roles.ts";
import type { VaultLooks } from "./edit.ts";
import { findByTitle } from "./find-by-title.ts";
import { isMarked, markedDescription, planDescription } from "./marked-description.ts";

/** A vault that shall exist. */
export interface VaultRequest extends VaultLooks, AdminTask {
  /**
   * Id of a vault to take over, whatever its title.
   * @default - it is looked up by its title, and created if there is none
   */
  readonly id?: string | undefined;
  /**
   * Take over the only vault of this title though it does not carry the mark.
   * @default false
   */
  readonly adopt?: boolean | undefined;
  /**
   * It is meant for a Connect server. Then only a person who may create one creates the vault: to
   * the vaults of others, the person who mints later on has no full access.
   * @default false
   */
  readonly forConnect?: boolean | undefined;
  /**
   * Secret that keeps the credentials file of the environment's Connect server. Its tags tell the
   * vault's id to a run without `op`, and of all runs only the one with its lease creates a vault.
   * @default - runs at the same time may each create the vault
   */
  readonly secretId?: string | undefined;
  /**
   * Name of the vault within its environment, by which the secret's tags know it, e.g. `"app"`.
   * @default - the tags are not asked
   */
  readonly key?: string | undefined;
}

/** A vault that exists. */
export interface VaultRecord {
  /** Id: 26 lower-case letters and digits. */
  readonly id: string;
  readonly name: string;
  /** Whether it was there before. */
  readonly adopted: boolean;
}

/** The outside systems that vaults need. */
export interface VaultSystems {
  readonly op: OpCli;
  /** Needed where `secretId` is given. */
  readonly store?: CredentialStore | undefined;
}

/**
 * Makes sure that there is exactly one vault of a title, with the access asked for: takes the one
 * that the store knows, finds ours again, or creates it. Calls at the same time share one listing.
 * @throws `OP_NAME_TAKEN` if a vault of the title is not ours, `OP_AMBIGUOUS_NAME` if several have
 * the title, `OP_NOT_INSTALLED`, `OP_NOT_SIGNED_IN`, `OP_CANNOT_MINT` and other `OP_…` codes,
 * `STORE_BUSY` and other `STORE_…` codes.
 */
export async function ensureVault(
  request: VaultRequest,
  systems: VaultSystems,
): Promise<VaultRecord> {
  const { op, store } = systems;
  const { secretId, adminCommand } = request;
  const stored = await findStoredVault(request, store);
  if (stored !== undefined) {
    // A run that cannot use `op` trusts that the run which stored the id has aligned the roles.
    const changes = (await unlessOpFails(() => planRoles(stored, request, {}, op))) ?? [];
    await withAdminCommand(adminCommand, () => changeRoles(stored, changes, op));
    return { id: stored, name: request.title, adopted: true };
  }
  return withAdminCommand(adminCommand, async () => {
    const find = (lease?: Lease) => findOrCreate(request, op, lease);
    const record =
      store === undefined || secretId === undefined
        ? await find()
        : await withLease({ op, store }, secretId, find);
    await alignRoles(record.id, request, {}, op);
    return record;
  });
}

/**
 * Id of the vault that the environment's Connect server is granted under this key, by the tags of
 * its credentials. A run without `op` takes it from there. Once the server was deleted the tags
 * prove nothing: the vault may have gone with it.
 */
export async function findStoredVault(
  { id, secretId, key }: VaultRequest,
  store: CredentialStore | undefined,
): Promise<string | undefined> {
  if (store === undefined || secretId === undefined || key === undefined) return undefined;
  const { fingerprint, retired, vaults } = await readTags(store, secretId);
  if (fingerprint === undefined || fingerprint === retired) return undefined;
  const stored = vaults.find((vault) => vault.key === key)?.id;
  return id === undefined || isSameOnePasswordId(id, stored ?? "") ? stored : undefined;
}

async function findOrCreate(
  request: VaultRequest,
  op: OpCli,
  lease: Lease | undefined,
): Promise<VaultRecord> {
  const { id, title, icon, mark, forConnect = false } = request;
  // Without the lease no other run creates a vault of the environment.
  const found =
    id === undefined
      ? findByTitle(title, await op.recentVaults(lease?.heldSince))
      : { id, name: title };
  if (found !== undefined) return adoptFound(found, request, op);
  // To a person who may not create Connect servers, `op` refuses their list.
  if (forConnect) await op.recentServers();
  const description = markedDescription(request.description, mark);
  await lease?.requireHeld();
  const created = await op.createVault({ title, description, icon });
  return { id: created.id, name: created.name, adopted: false };
}

async function adoptFound(found: OpVault, request: VaultRequest, op: OpCli): Promise<VaultRecord> {
  const { title, mark, adopt = false } = request;
  const { id, name, description } = await op.getVault(found.id);
  if (!isMarked(description, mark)) {
    if (!adopt && request.id === undefined) throw nameTaken(title, id, mark);
    const marked = planDescription(description, mark, request.description);
    await op.editVault({ id, description: marked });
  }
  return { id, name, adopted: true };
}

export function nameTaken(title: string, id: string, mark: string): ConnectError {
  return new ConnectError(
    "OP_NAME_TAKEN",
    `There is a vault named "${title}" already, ${id}, and its description does not carry "${mark}".`,
    `To use it, pass \`id: "${id}"\`, or \`adopt: true\` to take over the only vault of that title; otherwise rename it.`,
  );
}
