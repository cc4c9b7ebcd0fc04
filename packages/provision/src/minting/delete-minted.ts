import { type Lease, withLease } from "../lease/lease.ts";
import { withAdminCommand } from "../op/admin-command.ts";
import type { StoreTags } from "../store/contract/value-tags.ts";
import { isAdoptedByAnother } from "./claim.ts";
import { type Mintable, type MintingSystems, retireLeftBehind } from "./mint.ts";
import { retireStored } from "./retire-stored.ts";
import type { Minted } from "./store-minted.ts";
import { readState } from "./stored-state.ts";

/** Where the value of what shall be gone is kept, and who may say so. */
export interface MintedDeletion {
  /**
   * Name in 1Password, to find what a minting left behind that was cut short.
   * @default - that of the secret's tags
   */
  readonly name?: string | undefined;
  /** The secret that keeps its value. */
  readonly secretId: string;
  /**
   * What `claimStored` returned when it was adopted. Where somebody else has adopted it since, it
   * is left alone.
   * @default - it was minted, not adopted
   */
  readonly claim?: string | undefined;
  /** What somebody who can mint has to run, e.g. `"pulumi destroy --stack acme-prod"`. */
  readonly adminCommand: string;
}

/** A kind of thing that is deleted: how, and how to tell it. */
export interface Deletable {
  /** Whether tags describe it. */
  readonly isMeant: (tags: StoreTags) => boolean;
  readonly delete: () => Promise<void>;
  /** What is minted under a name, to find what was left behind. */
  readonly mintable: (name: string) => Pick<Mintable<Minted>, "listNamesakes" | "known" | "delete">;
}

/**
 * Deletes what was minted and marks its stored value as retired. One that is gone already is no
 * error, nor is a secret that is. What a minting left behind that was cut short goes too.
 * @returns `"kept"` if another resource has adopted it since: it is left alone.
 * @throws `STORE_…` and `OP_…` codes.
 */
export async function deleteMinted(
  deletable: Deletable,
  { name, secretId, claim, adminCommand }: MintedDeletion,
  { store, lease: options }: MintingSystems,
): Promise<"deleted" | "kept"> {
  const { isMeant } = deletable;
  const asAdmin = (work: () => Promise<unknown>) => withAdminCommand(adminCommand, work);
  if ((await store.describe(secretId)) === undefined) {
    await asAdmin(deletable.delete);
    return "deleted";
  }
  const work = async (lease: Lease): Promise<"deleted" | "kept"> => {
    if (await isAdoptedByAnother(store, secretId, isMeant, claim)) return "kept";
    await asAdmin(deletable.delete);
    const state = await readState(store, secretId);
    const isAnnounced = state.tags.minting !== undefined;
    const recorded = name ?? state.tags.name;
    if (isAnnounced && recorded !== undefined) {
      await asAdmin(() => retireLeftBehind(deletable.mintable(recorded), { state, lease }));
    }
    await retireStored(store, secretId, isMeant);
    if (isAnnounced) await store.tag(secretId, { "opconnect:minting": "" });
    return "deleted";
  };
  return withLease(store, secretId, work, options);
}
