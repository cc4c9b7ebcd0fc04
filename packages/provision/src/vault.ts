import { ConnectError } from "@opconnect/core";
import { withAdminCommand } from "./admin-command.ts";
import { requireMintingRight } from "./minting-right.ts";
import type { OpCli, OpVault } from "./op-cli.ts";
import { createVaultListing, type VaultListing } from "./vault-listing.ts";

/** A vault that shall exist. */
export interface VaultRequest {
  /** Title in 1Password, which does not keep it unique. */
  readonly title: string;
  /**
   * Text shown in 1Password, put before the mark.
   * @default - only the mark
   */
  readonly description?: string | undefined;
  /**
   * Keyword of an icon, e.g. `"gears"`.
   * @default - 1Password's own
   */
  readonly icon?: string | undefined;
  /**
   * Word in the description that says that the vault is this one and no namesake, e.g.
   * `"opconnect:acme/prod/app"`. Without white space.
   */
  readonly mark: string;
  /**
   * Take over the only vault of this title though it does not carry the mark.
   * @default false
   */
  readonly adopt?: boolean | undefined;
  /**
   * It is meant for a Connect server. Then only somebody who may create one creates the vault: to
   * the vaults of others, whoever mints later on has no full access.
   * @default false
   */
  readonly forConnect?: boolean | undefined;
  /** What somebody who can mint has to run, e.g. `"pulumi up --stack acme-prod"`. */
  readonly adminCommand: string;
}

/** A vault that exists. */
export interface VaultRecord {
  /** Id: 26 lower-case letters and digits. */
  readonly id: string;
  readonly name: string;
  /** Whether it was there before. */
  readonly adopted: boolean;
}

/**
 * Makes sure that there is exactly one vault of a title: finds ours again, or creates it. Calls at
 * the same time share one listing.
 * @throws `OP_NAME_TAKEN` if a vault of the title is not ours, `OP_AMBIGUOUS_NAME` if several have
 * the title, `OP_NOT_INSTALLED`, `OP_NOT_SIGNED_IN`, `OP_CANNOT_MINT` and other `OP_…` codes.
 */
export async function ensureVault(
  request: VaultRequest,
  { op }: { readonly op: OpCli },
): Promise<VaultRecord> {
  return withAdminCommand(request.adminCommand, async () => {
    const listing = listingOf(op);
    const found = await findVault(request, op, await listing.vaults());
    if (found !== undefined) return { id: found.id, name: found.name, adopted: true };
    const { title, icon, forConnect = false } = request;
    if (forConnect) await requireMintingRight(op);
    const created = await op.createVault({ title, description: markedDescription(request), icon });
    listing.add(created);
    return { id: created.id, name: created.name, adopted: false };
  });
}

/**
 * Gives a vault of ours another title, description or icon, in place.
 * @throws `OP_NOT_FOUND`, `OP_NOT_SIGNED_IN`, `OP_VAULT_ACCESS` and other `OP_…` codes.
 */
export async function editVault(
  request: VaultRequest & { readonly id: string },
  { op }: { readonly op: OpCli },
): Promise<void> {
  const { id, title, icon, adminCommand } = request;
  const description = markedDescription(request);
  await withAdminCommand(adminCommand, () => op.editVault({ id, title, description, icon }));
}

/** The mark comes last, where it disturbs least. */
function markedDescription({ description, mark }: VaultRequest): string {
  return description === undefined ? mark : `${description} · ${mark}`;
}

async function findVault(request: VaultRequest, op: OpCli, vaults: readonly OpVault[]) {
  const { title, mark, adopt = false } = request;
  const namesakes = vaults.filter(({ name }) => name === title);
  const [only] = namesakes;
  if (only === undefined) return undefined;
  if (namesakes.length > 1) {
    throw new ConnectError(
      "OP_AMBIGUOUS_NAME",
      `${namesakes.length} vaults are named "${title}": ${namesakes.map(({ id }) => id).join(", ")}.`,
      "Pass the `id` of the one that is meant, or rename the others.",
    );
  }
  if (adopt || isMarked((await op.getVault(only.id)).description, mark)) return only;
  throw new ConnectError(
    "OP_NAME_TAKEN",
    `There is a vault named "${title}" already, ${only.id}, and its description does not carry "${mark}".`,
    `To use it, pass \`id: "${only.id}"\`, or \`adopt: true\` to take over the only vault of that title; otherwise rename it.`,
  );
}

function isMarked(description: string | undefined, mark: string): boolean {
  return (description ?? "").split(/\s+/).includes(mark);
}

/** One listing per adapter, so that all vaults of an environment cost one `op vault list`. */
const listings = new WeakMap<OpCli, VaultListing>();

function listingOf(op: OpCli): VaultListing {
  const listing = listings.get(op) ?? createVaultListing(op);
  listings.set(op, listing);
  return listing;
}
