import type { ConventionTemplates } from "@opconnect/core";
import { ConnectError } from "@opconnect/core/connect-error";
import { createConvention } from "@opconnect/core/convention";
import { isOnePasswordId } from "@opconnect/core/op-id";
import * as pulumi from "@pulumi/pulumi";
import type { StoreArgs } from "../resources/store-args.ts";
import { Vault, type VaultRole, type VaultSettings } from "../resources/vault.ts";
import { childOptions } from "./child-options.ts";
import { reportAgainst } from "./report-against.ts";

/** What may be said of one vault of an environment. */
export interface VaultOptions extends VaultSettings {
  /**
   * Id of a vault that exists already, e.g. one shared by several environments. It is used as it
   * is and never changed, so nothing else can be said of it.
   * @default - a vault of its own is created
   */
  readonly id?: string;
  /**
   * Text shown in 1Password.
   * @default - names the environment and the purpose
   */
  readonly description?: string;
}

/** Arguments of {@link Vaults}. */
export interface VaultsArgs {
  /** Client, e.g. `"acme"`. */
  readonly client: string;
  /** Environment, e.g. `"prod"`. */
  readonly environment: string;
  /** Keys of the vaults, e.g. `["app", "data"]`, or options by key. */
  readonly vaults: readonly string[] | Readonly<Record<string, VaultOptions>>;
  /**
   * The store that keeps `secretId`.
   * @default - AWS Secrets Manager, as the ambient AWS configuration says
   */
  readonly store?: StoreArgs;
  /**
   * Id of the secret for the credentials file of the vaults' Connect server, see {@link VaultArgs}.
   * @default - `op` is asked for each vault
   */
  readonly secretId?: pulumi.Input<string>;
  /** Templates that override the names, see `createConvention`. */
  readonly convention?: Partial<ConventionTemplates>;
}

/**
 * The vaults of an environment, titled by the convention (`acme-prod-app`). Makes one {@link Vault}
 * per key that has no `id`; they outlive the environment, unless their options say otherwise.
 * @throws `VAULT_KEY_DUPLICATE`, `VAULT_ID_INVALID`, `CONVENTION_…`.
 */
export class Vaults extends pulumi.ComponentResource {
  /** Vault ids by key. */
  readonly ids: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: VaultsArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("opconnect:index:Vaults", name, {}, opts);
    const { client, environment } = args;
    const plan = reportAgainst(this, () => {
      const names = createConvention(args.convention).names({ client, environment });
      return planVaults(args.vaults).map(([key, options]) => ({
        key,
        options,
        title: names.vault(key),
        resource: names.resource(key),
      }));
    });
    const known = args.secretId === undefined ? {} : { secretId: args.secretId };
    const ids = plan.map(({ key, options: { id, ...options }, title, resource }) => {
      if (id !== undefined) return [key, pulumi.output(id.toLowerCase())] as const;
      const vault = new Vault(
        resource,
        {
          ...settingsOf(options),
          ...known,
          store: args.store ?? {},
          title,
          key,
          mark: `opconnect:${client}/${environment}/${key}`,
          description: options.description ?? `${key} of ${client}/${environment}`,
          forConnect: true,
        },
        childOptions(this, opts),
      );
      return [key, vault.vaultId] as const;
    });
    this.ids = Object.fromEntries(ids);
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

/** Without what concerns Connect only, and what is not set. */
function settingsOf(options: Omit<VaultOptions, "id">): VaultSettings {
  const { adopt = false, icon, groups, users, deleteWithEnvironment = false } = options;
  return {
    adopt,
    deleteWithEnvironment,
    ...(icon === undefined ? {} : { icon }),
    ...(groups === undefined ? {} : { groups }),
    ...(users === undefined ? {} : { users }),
  };
}

/**
 * Options by vault key, in the order given.
 * @throws `VAULT_KEY_DUPLICATE` if a key or an id occurs twice, `VAULT_ID_INVALID`,
 * `ARGUMENT_INVALID` for a role that there is not, or settings of a vault that is not ours.
 */
export function planVaults<O extends VaultOptions>(
  vaults: readonly string[] | Readonly<Record<string, O>>,
): readonly (readonly [string, Partial<O>])[] {
  const entries: (readonly [string, Partial<O>])[] = isList(vaults)
    ? vaults.map((key) => [key, {}])
    : Object.entries(vaults);
  const keyOfId = new Map<string, string>();
  const seen = new Set<string>();
  for (const [key, { id, ...options }] of entries) {
    if (seen.has(key)) {
      throw new ConnectError(
        "VAULT_KEY_DUPLICATE",
        `\`vaults\` names the key "${key}" twice.`,
        "Give each vault a key of its own.",
      );
    }
    seen.add(key);
    checkSettings(key, options);
    if (id === undefined) continue;
    if (!isOnePasswordId(id)) {
      throw new ConnectError(
        "VAULT_ID_INVALID",
        `\`vaults.${key}.id\` is "${id}".`,
        "Pass the vault's id, 26 letters and digits (`op vault list`), or leave it out to have a vault created.",
      );
    }
    const other = keyOfId.get(id.toLowerCase());
    if (other !== undefined) {
      throw new ConnectError(
        "VAULT_KEY_DUPLICATE",
        `\`vaults.${other}\` and \`vaults.${key}\` are the same vault, ${id}.`,
        "Name each vault once.",
      );
    }
    keyOfId.set(id.toLowerCase(), key);
    checkLeftAlone(key, options);
  }
  return entries;
}

const roles: readonly unknown[] = ["read", "read-write", "manage"] satisfies readonly VaultRole[];

function checkSettings(key: string, settings: Given<VaultSettings>): void {
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

/** Options as they come from outside: what is left out may also be undefined. */
type Given<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** A vault named by id may be everybody's. */
function checkLeftAlone(key: string, settings: Given<VaultOptions>): void {
  const named = (["adopt", "description", "icon", "groups", "users"] as const).find(
    (field) => settings[field] !== undefined && settings[field] !== false,
  );
  const field = named ?? (settings.deleteWithEnvironment ? "deleteWithEnvironment" : undefined);
  if (field === undefined) return;
  throw new ConnectError(
    "ARGUMENT_INVALID",
    `\`vaults.${key}\` has both \`id\` and \`${field}\`.`,
    `A vault named by id is used as it is: leave \`${field}\` out, or take the vault over by its title with \`adopt: true\` instead of \`id\`.`,
  );
}

function isList(vaults: unknown): vaults is readonly string[] {
  return Array.isArray(vaults);
}
