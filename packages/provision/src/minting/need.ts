import type { VaultGrant } from "@opconnect/core";
import type { OpCli } from "../op/op-cli.ts";
import type { CredentialStore } from "../store/contract/credential-store.ts";

/** What a person has to do so that a vault, a server or a token is there as it is asked for. */
export interface MintingNeed {
  /**
   * Nothing; mint the first one, or another one; give its server other vaults, or another name;
   * clear up after a minting that was cut short, or after an update that ran without `op`.
   */
  readonly action: "none" | "create" | "replace" | "grant" | "rename" | "clear up";
  /** Id of the one that is there, where it stays. */
  readonly id?: string | undefined;
  /** Vaults that are granted. */
  readonly granted?: readonly VaultGrant[];
}

/** What is asked to find out what has to be done. */
export interface NeedSystems {
  readonly op: OpCli;
  readonly store: Pick<CredentialStore, "read" | "describe">;
}
