import * as pulumi from "@pulumi/pulumi";
import { providerStub } from "./provider-stub.ts";
import { type StoreArgs, storeAccess } from "./store-args.ts";

/**
 * What a group or a person may do in a vault: see its items, change them too, or manage the vault
 * besides. Which permissions that is depends on the type of the 1Password account.
 */
export type VaultRole = "read" | "read-write" | "manage";

/** What may be said of any vault that is ours. */
export interface VaultSettings {
  /**
   * Take over the vault of exactly this title that somebody else made.
   * @default false
   */
  readonly adopt?: boolean;
  /**
   * Keyword of an icon, e.g. `"gears"`.
   * @default - 1Password's own
   * @see https://developer.1password.com/docs/cli/reference/management-commands/vault#vault-create
   */
  readonly icon?: string;
  /**
   * Roles of groups, by name or id. A role is all that a group may do there: what goes beyond it is
   * taken away, from Owners and Administrators too. Groups that are not named are left as they are;
   * one that is no longer named loses its access.
   * @default - none
   */
  readonly groups?: Readonly<Record<string, VaultRole>>;
  /**
   * Roles of people, by email address or id, as for `groups`.
   * @default - none
   */
  readonly users?: Readonly<Record<string, VaultRole>>;
  /**
   * Delete the vault when its resource goes: `true` if it holds no item by then, otherwise it is
   * kept and that is said; `"even-if-not-empty"` with all items in it, which cannot be undone.
   * @default false
   */
  readonly deleteWithEnvironment?: boolean | "even-if-not-empty";
}

/** Arguments of {@link Vault}. */
export interface VaultArgs extends VaultSettings {
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
   * It is meant for a Connect server. Then only somebody who may create one creates the vault: to
   * the vaults of others, whoever mints later on has no full access.
   * @default false
   */
  readonly forConnect?: pulumi.Input<boolean>;
  /**
   * Key of the vault in its environment, e.g. `"app"`: how the tags of `secretId` name it.
   * @default - they are not asked
   */
  readonly key?: string;
  /**
   * The store that keeps `secretId`.
   * @default - AWS Secrets Manager, as the ambient AWS configuration says
   */
  readonly store?: StoreArgs;
  /**
   * Id of the secret for the credentials file of the vault's Connect server. Its tags name the
   * vaults, so that a runner without `op` finds this one too, and two runners do not both make it.
   * @default - `op` is asked
   */
  readonly secretId?: pulumi.Input<string>;
}

/**
 * A vault in 1Password. It holds people's secrets and is therefore not deleted unless
 * `deleteWithEnvironment` says so: when the resource goes, the vault stays (`retainOnDelete`).
 *
 * Errors of `create`: `OP_NAME_TAKEN` if a vault of this title exists that is not ours,
 * `OP_AMBIGUOUS_NAME` if several do, `OP_NOT_INSTALLED`, `OP_NOT_SIGNED_IN`, `OP_CANNOT_MINT`.
 * @see https://developer.1password.com/docs/cli/reference/management-commands/vault
 */
export class Vault extends pulumi.dynamic.Resource {
  /** Id of the vault: 26 lower-case characters. */
  readonly vaultId: pulumi.Output<string>;
  /** Title in 1Password. */
  declare readonly title: pulumi.Output<string>;

  constructor(name: string, args: VaultArgs, opts?: pulumi.CustomResourceOptions) {
    const { deleteWithEnvironment = false, store, ...rest } = args;
    const inputs = {
      ...rest,
      mark: args.mark ?? args.title,
      evenIfNotEmpty: deleteWithEnvironment === "even-if-not-empty",
      ...(args.secretId === undefined ? {} : { store: storeAccess(store) }),
      stack: pulumi.getStack(),
    };
    const merged = pulumi.mergeOptions({ retainOnDelete: deleteWithEnvironment === false }, opts);
    super(
      providerStub("vault"),
      name,
      { ...inputs, vaultId: undefined },
      merged,
      "opconnect",
      "Vault",
    );
    // Of an update, a preview knows the id, and no other output that is not an input too.
    this.vaultId = this.id;
  }
}
