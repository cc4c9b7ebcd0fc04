import type { VaultAccess } from "@opconnect/core";
import { ConnectError } from "@opconnect/core/connect-error";
import { isOnePasswordId } from "@opconnect/core/op-id";
import * as pulumi from "@pulumi/pulumi";
import type { VaultGrant } from "../resources/minted-args.ts";
import { type StoreOption, storeAccess } from "../resources/store-args.ts";
import { Vault, type VaultArgs, type VaultInputs, type VaultRole } from "../resources/vault.ts";
import { childOptions } from "./child-options.ts";
import { type ConventionArgs, namesOf } from "./convention-args.ts";
import { entriesOf, type Keyed } from "./keyed.ts";
import { reportAgainst } from "./report-against.ts";

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
  readonly access?: VaultAccess | undefined;
  /**
   * Text shown in 1Password.
   * @default - names the environment and the purpose
   */
  readonly description?: pulumi.Input<string> | undefined;
}

/** Arguments of {@link Vaults}. */
export interface VaultsArgs extends ConventionArgs, StoreOption {
  /** Keys of the vaults, e.g. `["app", "data"]`, or options by key. */
  readonly vaults: Keyed<VaultOptions>;
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

  constructor(name: string, args: VaultsArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("opconnect:index:Vaults", name, {}, opts);
    const { client, environment, secretId } = args;
    const store = secretId === undefined ? undefined : storeAccess(args.store);
    const plan = reportAgainst(this, () => {
      const names = namesOf(args);
      return planVaults(args.vaults).map(([key, options]) => ({
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

type PlannedVaults = readonly (readonly [string, VaultOptions])[];

/**
 * Options by vault key, in the order given.
 * @throws `VAULT_KEY_DUPLICATE` if a key or an id occurs twice, `VAULT_ID_INVALID`,
 * `ARGUMENT_INVALID` for a role that there is not, or settings of a vault that is not ours.
 */
export function planVaults(vaults: Keyed<VaultOptions>): PlannedVaults {
  const entries = entriesOf<VaultOptions>(vaults, () => ({}));
  for (const [index, [key, options]] of entries.entries()) {
    const earlier = entries.slice(0, index);
    if (earlier.some(([other]) => other === key)) {
      throw new ConnectError(
        "VAULT_KEY_DUPLICATE",
        `\`vaults\` names the key "${key}" twice.`,
        "Give each vault a key of its own.",
      );
    }
    checkSettings(key, options);
    if (options.id === undefined) continue;
    if (typeof options.id === "string") checkId(key, options.id, earlier);
    checkLeftAlone(key, options);
  }
  return entries;
}

function checkId(key: string, id: string, earlier: PlannedVaults): void {
  if (!isOnePasswordId(id)) {
    throw new ConnectError(
      "VAULT_ID_INVALID",
      `\`vaults.${key}.id\` is "${id}".`,
      "Pass the vault's id, 26 letters and digits (`op vault list`), or leave it out to have a vault created.",
    );
  }
  const same = earlier.find(
    ([, other]) => typeof other.id === "string" && other.id.toLowerCase() === id.toLowerCase(),
  );
  if (same === undefined) return;
  throw new ConnectError(
    "VAULT_KEY_DUPLICATE",
    `\`vaults.${same[0]}\` and \`vaults.${key}\` are the same vault, ${id}.`,
    "Name each vault once.",
  );
}

function checkSettings(key: string, settings: VaultOptions): void {
  const { groups = {}, users = {}, deleteWithEnvironment = false } = settings;
  if (typeof deleteWithEnvironment !== "boolean" && deleteWithEnvironment !== "even-if-not-empty") {
    throw new ConnectError(
      "ARGUMENT_INVALID",
      `\`vaults.${key}.deleteWithEnvironment\` is "${deleteWithEnvironment}".`,
      'Use true, false or "even-if-not-empty".',
    );
  }
  for (const [field, named] of Object.entries({ groups, users })) {
    for (const [name, role] of Object.entries(named)) {
      if (roles.includes(role)) continue;
      throw new ConnectError(
        "ARGUMENT_INVALID",
        `\`vaults.${key}.${field}\` gives "${name}" the role "${role}".`,
        `Use one of ${roles.map((known) => `"${known}"`).join(", ")}.`,
      );
    }
  }
}

const roles = ["read", "read-write", "manage"] satisfies readonly VaultRole[];

/** A vault named by id may be other environments' too. */
function checkLeftAlone(key: string, options: VaultOptions): void {
  const field = settingFields.find(
    (name) => options[name] !== undefined && options[name] !== false,
  );
  if (field === undefined) return;
  throw new ConnectError(
    "ARGUMENT_INVALID",
    `\`vaults.${key}\` has both \`id\` and \`${field}\`.`,
    `A vault named by id is used as it is: leave \`${field}\` out, or take the vault over by its title with \`adopt: true\` instead of \`id\`.`,
  );
}

const settingFields = [
  "adopt",
  "description",
  "icon",
  "groups",
  "users",
  "deleteWithEnvironment",
] as const satisfies readonly (keyof VaultOptions)[];
