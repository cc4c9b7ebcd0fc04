import type { VaultAccess } from "@opconnect/core";
import { ConnectError } from "@opconnect/core/connect-error";
import * as pulumi from "@pulumi/pulumi";
import * as z from "zod/mini";
import { checkArgs } from "../input/check-args.ts";
import type { Plain } from "../input/deferred.ts";
import { entriesOf, type Keyed, keyed } from "../input/keyed.ts";
import { vaultId } from "../input/names.ts";
import { reportAgainst } from "../input/report-against.ts";
import { fields, input, oneOf, refuse, text } from "../input/schema.ts";
import type { VaultGrant } from "../resources/minted-args.ts";
import { type StoreOption, storeAccess, storeSchema } from "../resources/store-args.ts";
import { Vault, type VaultArgs, type VaultInputs, vaultFields } from "../resources/vault.ts";
import { childOptions } from "./child-options.ts";
import { type ConventionArgs, conventionFields, namesOf } from "./convention-args.ts";

/** What may be said of one vault of an environment. */
export interface VaultOptions extends Omit<VaultArgs, "title"> {
  /**
   * Id of a vault that exists already, e.g. one shared by several environments. It is used as it
   * is and never changed, so only its `access` can be said besides.
   * @default - a vault of its own is created
   */
  readonly id?: pulumi.Input<string> | undefined;
  /**
   * What the Connect server and its tokens may do there.
   * @default "read"
   */
  readonly access?: pulumi.Input<VaultAccess> | undefined;
  /**
   * Text shown in 1Password.
   * @default - names the environment and the purpose
   */
  readonly description?: pulumi.Input<string> | undefined;
}

/** Arguments of {@link Vaults}. */
export interface VaultsArgs extends ConventionArgs, StoreOption {
  /** Keys of the vaults, e.g. `["app", "data"]`, or options by key. The keys are plain. */
  readonly vaults: Keyed<Plain<VaultOptions>>;
  /**
   * Id of the secret for the credentials file of the vaults' Connect server. Its tags name the
   * vaults, so that a runner without `op` finds them too, and two runners do not both make them.
   * @default - `op` is asked for each vault
   */
  readonly secretId?: pulumi.Input<string> | undefined;
}

/**
 * The vaults of an environment, titled by the convention (`acme-prod-app`). Makes one {@link Vault}
 * per key that has no `id`; they outlive the environment, unless their options say otherwise.
 * @throws `VAULT_KEY_DUPLICATE`, `VAULT_ID_INVALID`, `CONVENTION_…`.
 */
export class Vaults extends pulumi.ComponentResource {
  /** Vault ids by key. */
  readonly ids: Readonly<Record<string, pulumi.Output<string>>>;
  /** The vaults as {@link ConnectServer} and {@link ConnectToken} take them. */
  readonly grants: readonly VaultGrant[];

  constructor(name: string, given: VaultsArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("opconnect:index:Vaults", name, {}, opts);
    const args = checkArgs(vaultsArgsSchema, given, this);
    const { client, environment, secretId } = args;
    const store = secretId === undefined ? undefined : storeAccess(args.store);
    const plan = reportAgainst(this, () => {
      const names = namesOf(args);
      return vaultEntries(args.vaults).map(([key, options]) => ({
        key,
        options,
        title: names.vault(key),
        resource: names.resource(key),
      }));
    });
    this.grants = plan.map(({ key, options, title, resource }) => {
      const { id, access = "read", adopt = false, ...settings } = options;
      if (id !== undefined) {
        return { key, access, id: pulumi.output(id).apply((known) => known.toLowerCase()) };
      }
      const inputs: VaultInputs = {
        ...settings,
        title,
        adopt,
        description: settings.description ?? `${key} of ${client}/${environment}`,
        mark: `opconnect:${client}/${environment}/${key}`,
        forConnect: true,
        key,
        store,
        secretId,
      };
      return { key, access, id: new Vault(resource, inputs, childOptions(this, opts)).vaultId };
    });
    this.ids = Object.fromEntries(this.grants.map(({ key, id }) => [key, pulumi.output(id)]));
    this.registerOutputs({ ids: this.ids });
  }

  /**
   * Id of the vault with this key.
   * @throws `VAULT_KEY_UNKNOWN`.
   */
  id(key: string): pulumi.Output<string> {
    const id = this.ids[key];
    if (id !== undefined) return id;
    throw new ConnectError(
      "VAULT_KEY_UNKNOWN",
      `There is no vault "${key}" in this environment.`,
      `Use one of ${Object.keys(this.ids).join(", ")}.`,
    );
  }
}

/** Options by vault key, in the order given. */
export function vaultEntries(vaults: Keyed<VaultOptions>) {
  return entriesOf<VaultOptions>(vaults, () => ({}));
}

/** Checks what is said of the vaults of an environment. */
export const vaultsSchema = keyed(
  fields<VaultOptions>(() => ({
    ...vaultFields(),
    id: z.optional(input(vaultId)),
    access: z.optional(input(oneOf<VaultAccess>("read", "read-write"))),
  })).check(
    z.superRefine((options, context) => {
      // A vault named by id may be other environments' too.
      if (options.id === undefined) return;
      const field = settings().find(
        (name) => options[name] !== undefined && options[name] !== false,
      );
      if (field === undefined) return;
      refuse(context, {
        says: ` has both \`id\` and \`${field}\``,
        remedy: `A vault named by id is used as it is: leave \`${field}\` out, or take the vault over by its title with \`adopt: true\` instead of \`id\`.`,
      });
    }),
  ),
  "keys of vaults",
).check(
  z.superRefine((vaults, context) => {
    const ids = vaultEntries(vaults).flatMap(([key, { id }]) =>
      typeof id === "string" ? [[key, id.toLowerCase()] as const] : [],
    );
    for (const [index, [key, id]] of ids.entries()) {
      const [same] = ids.slice(0, index).find(([, other]) => other === id) ?? [];
      if (same === undefined) continue;
      const says = ` names one vault by the keys "${same}" and "${key}"`;
      refuse(context, { code: "VAULT_KEY_DUPLICATE", says, remedy: "Name each vault once." });
    }
  }),
);

const settings = () => Object.keys(vaultFields()) as (keyof ReturnType<typeof vaultFields>)[];

export const vaultsArgsSchema = fields<VaultsArgs>(() => ({
  ...conventionFields(),
  vaults: vaultsSchema,
  store: z.optional(storeSchema),
  secretId: z.optional(input(text())),
}));
