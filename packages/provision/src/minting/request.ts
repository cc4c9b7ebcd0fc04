import { ConnectError, checkVaultIds, isOnePasswordId, type VaultGrant } from "@opconnect/core";
import type { LeaseOptions } from "../lease/acquire.ts";
import type { AdminTask } from "../op/admin-command.ts";
import type { OpCli } from "../op/op-cli.ts";
import type { CredentialStore } from "../store/contract/credential-store.ts";
import type { DueRotation } from "./due-rotation.ts";

/** The outside systems that minting moves credentials between. */
export interface MintingSystems {
  readonly op: OpCli;
  readonly store: CredentialStore;
  /**
   * How to wait for another run that mints for the same environment.
   * @default - 15 minutes, said in one line on stderr
   */
  readonly lease?: LeaseOptions | undefined;
}

/** A Connect server or a Connect token that shall exist, with its value in the store. */
export interface MintingRequest extends AdminTask {
  /** Name in 1Password, e.g. `"acme-prod-operator"`. */
  readonly name: string;
  /** Vaults that a server is granted, or that a token covers, and no others. */
  readonly vaults: readonly VaultGrant[];
  /** The secret that takes the value, by its id in the store. */
  readonly secretId: string;
  /** 1, and one more for each new one that shall replace the last. */
  readonly revision: number;
  /**
   * What a planned replacement replaces: it is never adopted again.
   * @default - any that fits is adopted
   */
  readonly rotation?: Pick<DueRotation, "of"> | undefined;
  /**
   * Id of the one whose place it takes, though the store may have lost it: no stranger of the name.
   * @default - `rotation.of`
   */
  readonly replaces?: string | undefined;
  /**
   * Asked before something goes that only the store still knew.
   * @default - it goes
   */
  readonly requireUnused?: RequireUnused | undefined;
  /**
   * What tells the caller from all others that may have the same server or token, in all stacks,
   * e.g. a URN. It is noted in the store, and the deletion of another one leaves it alone.
   * @default - the caller is not known: only one that adopts it is noted
   */
  readonly holder?: string | undefined;
  /**
   * The caller has no state to keep a claim in: what the store holds is left to those that have it,
   * and what is minted is the holder's, whose next creation of the same takes it.
   * @default false
   */
  readonly isStateless?: boolean | undefined;
}

/**
 * Throws where a server or a token is still used and must not go.
 * @param fingerprint SHA-256 of its value; without one it is the caller's own.
 */
export type RequireUnused = (fingerprint?: string) => Promise<void>;

/** A Connect server or a Connect token that exists, with its value in the store. */
export interface MintingRecord {
  /** Version of the secret that holds the value. */
  readonly versionId: string;
  /** SHA-256 of the value, hex. */
  readonly fingerprint: string;
  /** Whether it was there already. */
  readonly adopted: boolean;
  /** When it was minted; the store may not say. */
  readonly mintedAt?: Date;
  /**
   * Note in the store that the caller has it now, to be passed to the deletion. Set where the caller
   * did not have it, is known or has adopted it, and the store can be written.
   */
  readonly claim?: string;
}

/** @throws `VAULT_ID_INVALID`, `ARGUMENT_INVALID` if an id is none. */
export function checkRequest({ vaults, rotation }: MintingRequest): void {
  checkVaultIds(vaults);
  checkId("rotation.of", rotation?.of);
}

/** @throws `ARGUMENT_INVALID` if it is no id of a server or a token. */
export function checkId(field: string, id: string | undefined): void {
  if (id === undefined || isOnePasswordId(id)) return;
  throw new ConnectError(
    "ARGUMENT_INVALID",
    `\`${field}\` is "${id}", which is no id of 1Password.`,
    "Pass the 26 letters and digits that `op` prints.",
  );
}
