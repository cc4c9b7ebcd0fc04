import * as pulumi from "@pulumi/pulumi";
import { providerStub } from "./provider-stub.ts";

/** Arguments of {@link Vault}. */
export interface VaultArgs {
  /** Title in 1Password, e.g. `"acme-prod-app"`. */
  readonly title: pulumi.Input<string>;
  /**
   * Mark that tells our vault from a namesake: it ends the vault's description, so that a second
   * `create` finds the vault instead of making another one.
   * @default - the title
   */
  readonly mark?: pulumi.Input<string>;
  /**
   * Text shown in 1Password, put before the mark.
   * @default - only the mark
   */
  readonly description?: pulumi.Input<string>;
  /**
   * Take over the vault of exactly this title that somebody else made.
   * @default false
   */
  readonly adopt?: pulumi.Input<boolean>;
  /**
   * It is meant for a Connect server. Then only somebody who may create one creates the vault: to
   * the vaults of others, whoever mints later on has no full access.
   * @default false
   */
  readonly forConnect?: pulumi.Input<boolean>;
}

/**
 * A vault in 1Password. It holds people's secrets and is therefore never deleted: when the resource
 * goes, the vault stays (`retainOnDelete`).
 *
 * Errors of `create`: `OP_NAME_TAKEN` if a vault of this title exists that is not ours,
 * `OP_AMBIGUOUS_NAME` if several do, `OP_NOT_INSTALLED`, `OP_NOT_SIGNED_IN`, `OP_CANNOT_MINT`.
 * @see https://developer.1password.com/docs/cli/reference/management-commands/vault
 */
export class Vault extends pulumi.dynamic.Resource {
  /** Id of the vault: 26 lower-case characters. */
  declare readonly vaultId: pulumi.Output<string>;
  /** Title in 1Password. */
  declare readonly title: pulumi.Output<string>;

  constructor(name: string, args: VaultArgs, opts?: pulumi.CustomResourceOptions) {
    const inputs = { ...args, mark: args.mark ?? args.title, stack: pulumi.getStack() };
    const merged = pulumi.mergeOptions({ retainOnDelete: true }, opts);
    super(
      providerStub("vault"),
      name,
      { ...inputs, vaultId: undefined },
      merged,
      "opconnect",
      "Vault",
    );
  }
}
