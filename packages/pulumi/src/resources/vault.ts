import * as pulumi from "@pulumi/pulumi";
import * as z from "zod/mini";
import { checkArgs } from "../input/check-args.ts";
import type { Plain } from "../input/deferred.ts";
import { byName, fields, flag, input, oneOf, text, wordOr } from "../input/schema.ts";
import { ProvidedResource } from "./provided-resource.ts";
import { storeSchema } from "./store-args.ts";

/**
 * What a group or a person may do in a vault: see its items, change them too, or manage the vault
 * besides. Which permissions that is depends on the type of the 1Password account.
 */
export type VaultRole = "read" | "read-write" | "manage";

/** Arguments of {@link Vault}. */
export interface VaultArgs {
  /** Title in 1Password, e.g. `"acme-prod-app"`. */
  readonly title: pulumi.Input<string>;
  /**
   * Text shown in 1Password.
   * @default - none
   */
  readonly description?: pulumi.Input<string> | undefined;
  /**
   * Take over the vault of exactly this title that opconnect did not make.
   * @default false
   */
  readonly adopt?: pulumi.Input<boolean> | undefined;
  /**
   * Keyword of an icon, e.g. `"gears"`.
   * @default - 1Password's own
   * @see https://developer.1password.com/docs/cli/reference/management-commands/vault#vault-create
   */
  readonly icon?: pulumi.Input<string> | undefined;
  /**
   * Roles of groups, by name or id. A role is all that a group may do there: what goes beyond it is
   * taken away, from Owners and Administrators too. Groups that are not named are left as they are;
   * one that is no longer named loses its access.
   * @default - none
   */
  readonly groups?: pulumi.Input<Readonly<Record<string, pulumi.Input<VaultRole>>>> | undefined;
  /**
   * Roles of people, by email address or id, as for `groups`.
   * @default - none
   */
  readonly users?: pulumi.Input<Readonly<Record<string, pulumi.Input<VaultRole>>>> | undefined;
  /**
   * Delete the vault when its resource goes: `true` if it holds no item by then, otherwise it is
   * kept and that is said; `"even-if-not-empty"` with all items in it, which cannot be undone. Plain:
   * it decides an option of the resource.
   * @default false
   */
  readonly deleteWithEnvironment?: boolean | "even-if-not-empty" | undefined;
}

const deletions = 'true (without quotes), false, or "even-if-not-empty"';

const roles = () =>
  z.optional(
    input(byName(text(), input(oneOf<VaultRole>("read", "read-write", "manage")), "roles by name")),
  );

/** How what a vault and the vault of an environment share is checked. */
export const vaultFields = () => ({
  description: z.optional(input(text())),
  adopt: z.optional(input(flag)),
  icon: z.optional(input(text())),
  groups: roles(),
  users: roles(),
  deleteWithEnvironment: z.optional(wordOr("even-if-not-empty", z.boolean(deletions), deletions)),
});

/** What {@link Vaults} tells a vault of its environment. */
export interface VaultInputs extends VaultArgs {
  /**
   * Ends the vault's description and tells it from a namesake, so that a second `create` finds the
   * vault instead of making another one. Of a vault without environment it is the title.
   */
  readonly mark: string;
  /** Only an admin who may create its Connect server creates it, and so has full access to it. */
  readonly forConnect: true;
  /** How the tags of `secretId` name the vault. */
  readonly key: string;
  /** The store that keeps `secretId`. */
  readonly store?: pulumi.Inputs | undefined;
  /**
   * Id of the secret for the credentials file of the vault's Connect server. Its tags name the
   * vaults, so that a runner without `op` finds this one too, and two runners do not both make it.
   */
  readonly secretId?: pulumi.Input<string> | undefined;
}

/**
 * A vault in 1Password. It holds people's secrets and is therefore not deleted unless
 * `deleteWithEnvironment` says so: when the resource goes, the vault stays (`retainOnDelete`).
 *
 * Errors of `create`: `OP_NAME_TAKEN` if a vault of this title exists that is not ours,
 * `OP_AMBIGUOUS_NAME` if several do, `OP_NOT_INSTALLED`, `OP_NOT_SIGNED_IN`, `OP_CANNOT_MINT`.
 * @see https://developer.1password.com/docs/cli/reference/management-commands/vault
 */
export class Vault extends ProvidedResource {
  /** Id of the vault: 26 lower-case characters. */
  readonly vaultId: pulumi.Output<string>;
  /** Title in 1Password. */
  declare readonly title: pulumi.Output<string>;

  constructor(name: string, args: Plain<VaultArgs>, opts?: pulumi.CustomResourceOptions) {
    const { deleteWithEnvironment = false, ...rest } = checkArgs(vaultSchema, args);
    const evenIfNotEmpty = deleteWithEnvironment === "even-if-not-empty";
    const stack = pulumi.getStack();
    const merged = pulumi.mergeOptions({ retainOnDelete: deleteWithEnvironment === false }, opts);
    // Options of a resource no policy sees, and none of the report's readers: so it is said again.
    const deleted = deleteWithEnvironment !== false && { deleteWithEnvironment: true };
    const inputs = { mark: args.title, ...rest, ...deleted, evenIfNotEmpty, stack };
    super("vault", name, { ...inputs, vaultId: undefined }, merged);
    // Of an update, a preview knows the id, and no other output that is not an input too.
    this.vaultId = this.id;
  }
}

export const vaultSchema: z.ZodMiniType<VaultArgs> = fields<Partial<VaultInputs> & VaultArgs>(
  () => ({
    ...vaultFields(),
    title: input(text()),
    mark: z.optional(text()),
    forConnect: z.optional(z.literal(true)),
    key: z.optional(text()),
    store: z.optional(storeSchema),
    secretId: z.optional(input(text())),
  }),
);
