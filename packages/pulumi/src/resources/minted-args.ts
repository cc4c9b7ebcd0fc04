import type { VaultAccess } from "@opconnect/core";
import * as pulumi from "@pulumi/pulumi";
import { type StoreOption, storeAccess } from "./store-args.ts";

/** A vault that a Connect server or a Connect token may use. */
export interface VaultGrant {
  /** Name of the vault within its environment, e.g. `"app"`. */
  readonly key: pulumi.Input<string>;
  /** Id of the vault: 26 characters. */
  readonly id: pulumi.Input<string>;
  /** `"read"` or `"read-write"`. */
  readonly access: pulumi.Input<VaultAccess>;
}

/** What is said of a Connect server and of a Connect token alike. */
export interface MintedArgs extends StoreOption {
  /**
   * Vaults that it may use, e.g. the `grants` of {@link Vaults}. A server's follow in place; a
   * token's are fixed at birth, so that a change replaces the token.
   */
  readonly vaults: pulumi.Input<readonly VaultGrant[]>;
  /** Id of the secret that takes its credentials file or its value, see {@link CredentialSecret}. */
  readonly secretId: pulumi.Input<string>;
  /**
   * Raise it to have a new one minted; the old one is deleted last.
   * @default 1
   */
  readonly revision?: pulumi.Input<number> | undefined;
}

/** The inputs of a server or a token. */
export function mintedInputs(args: MintedArgs): pulumi.Inputs {
  const { store, revision = 1 } = args;
  return { ...args, store: storeAccess(store), revision, stack: pulumi.getStack() };
}
