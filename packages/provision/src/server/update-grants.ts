import { isSameGrants, planGrants, unlessCode, type VaultGrant } from "@opconnect/core";
import type { Lease } from "../lease/held.ts";
import { withLease } from "../lease/with-lease.ts";
import { isDescribed } from "../minting/kind.ts";
import type { MintingRequest, MintingSystems } from "../minting/request.ts";
import { readTags } from "../minting/stored-state.ts";
import { withAdminCommand } from "../op/admin-command.ts";
import { encodeVaultTags } from "../store/contract/value-tags.ts";
import { explainingVaultRefusal } from "../vault/access/explain-refusal.ts";
import { grantVault, revokeVault } from "./change-grant.ts";
import { serverKind } from "./kind.ts";

/** A change of the vaults that a Connect server is granted. */
export interface GrantUpdate extends Pick<MintingRequest, "secretId" | "vaults" | "adminCommand"> {
  readonly serverId: string;
  /** Vaults it is granted, by what the caller knows: nothing in 1Password lists them. */
  readonly previous: readonly VaultGrant[];
}

/**
 * Grants the vaults added and revokes those removed. Does not touch `op` where nothing changed. The
 * store is told before: a change that was cut short is ended, or taken back, by the next. So is one
 * that ended without the caller's knowing, of which only the store tells. One at a time has the
 * lease of the secret: an `op` that a killed run left behind is not to change what the next has done.
 * Tokens made before do not cover an added vault; a removed one they lose.
 * @param held The lease, where the caller has it.
 * @throws `OP_VAULT_ACCESS`, `OP_NOT_SIGNED_IN` and other `OP_…` codes, `STORE_BUSY` and other
 * `STORE_…` codes.
 */
export async function updateServerGrants(
  update: GrantUpdate,
  systems: MintingSystems,
  held?: Lease,
): Promise<void> {
  const { secretId, adminCommand } = update;
  const plan = await planUpdate(update, systems);
  if (!plan.isNeeded || (plan.isTold && (await isWithoutOp(systems.op)))) return;
  // A runner that cannot do it is turned away before anything is written.
  if (plan.changesGrants) await withAdminCommand(adminCommand, () => systems.op.recentServers());
  const work = async () => changeGrants(update, await planUpdate(update, systems), systems);
  const isAlone = held !== undefined || !plan.isDescribedHere;
  await (isAlone ? work() : withLease(systems, secretId, work, systems.lease));
}

type UpdatePlan = Awaited<ReturnType<typeof planUpdate>>;

async function planUpdate(
  { serverId, secretId, vaults, previous }: GrantUpdate,
  systems: MintingSystems,
) {
  const { op, store } = systems;
  const tags = await readTags(store, secretId);
  const isDescribedHere = isDescribed(serverKind(op), serverId, tags);
  const isCutShort = isDescribedHere && tags.granting !== undefined;
  const told = isDescribedHere ? tags.vaults : previous;
  const isAsWanted = [told, previous].every((each) => isSameGrants(each, vaults));
  const either = union(previous, told);
  const { revoked } = planGrants(either, vaults);
  const granted = isCutShort ? vaults : planGrants(both(previous, told), vaults).granted;
  const changesGrants = granted.length + revoked.length > 0;
  const isNeeded = isCutShort || !isAsWanted;
  const isTold = isDescribedHere && !isCutShort && isSameGrants(told, vaults);
  return {
    isNeeded,
    isTold,
    isDescribedHere,
    changesGrants,
    granted,
    revoked,
    all: union(vaults, either),
  };
}

async function changeGrants(
  { serverId, secretId, vaults, adminCommand }: GrantUpdate,
  { isDescribedHere, changesGrants, granted, revoked, all }: UpdatePlan,
  { op, store }: MintingSystems,
): Promise<void> {
  const tell = async (granting: string, described: readonly VaultGrant[]) => {
    const tagged = { "opconnect:granting": granting, ...encodeVaultTags(described) };
    if (isDescribedHere) await store.tag(secretId, tagged);
  };
  if (changesGrants) await tell("true", all);
  await withAdminCommand(adminCommand, async () => {
    for (const { id } of granted) {
      await explainingVaultRefusal([id], op, () => grantVault({ serverId, vaultId: id }, op));
    }
    for (const { id } of revoked) await revokeVault({ serverId, vaultId: id }, op);
  });
  await tell("", vaults);
}

/** A machine without `op` believes the store: a person has minted, and granted. */
async function isWithoutOp(op: MintingSystems["op"]): Promise<boolean> {
  return (await unlessCode(["OP_NOT_INSTALLED"], () => op.recentServers())) === undefined;
}

function union(one: readonly VaultGrant[], other: readonly VaultGrant[]): readonly VaultGrant[] {
  return [...one, ...planGrants(one, other).granted];
}

function both(one: readonly VaultGrant[], other: readonly VaultGrant[]): readonly VaultGrant[] {
  const { revoked } = planGrants(one, other);
  return one.filter((vault) => !revoked.includes(vault));
}
