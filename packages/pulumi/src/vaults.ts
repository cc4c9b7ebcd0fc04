import type { ConventionTemplates } from "@opconnect/core";
import { ConnectError } from "@opconnect/core/connect-error";
import { createConvention } from "@opconnect/core/convention";
import { isOnePasswordId } from "@opconnect/core/op-id";
import * as pulumi from "@pulumi/pulumi";
import { childOptions } from "./child-options.ts";
import { reportAgainst } from "./report-against.ts";
import { Vault } from "./vault.ts";

/** What may be said of one vault of an environment. */
export interface VaultOptions {
  /**
   * Id of a vault that exists already, e.g. one shared by several environments. It is used as it
   * is and never changed.
   * @default - a vault of its own is created
   */
  readonly id?: string;
  /**
   * Take over the vault that has exactly the title of the convention, though we did not make it.
   * @default false
   */
  readonly adopt?: boolean;
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
  /** Templates that override the names, see `createConvention`. */
  readonly convention?: Partial<ConventionTemplates>;
}

/**
 * The vaults of an environment, titled by the convention (`acme-prod-app`). Makes one {@link Vault}
 * per key that has no `id`; they outlive the environment.
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
    const ids = plan.map(({ key, options, title, resource }) => {
      if (options.id !== undefined) return [key, pulumi.output(options.id.toLowerCase())] as const;
      const vault = new Vault(
        resource,
        {
          title,
          mark: `opconnect:${client}/${environment}/${key}`,
          description: options.description ?? `${key} of ${client}/${environment}`,
          adopt: options.adopt ?? false,
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

/**
 * Options by vault key, in the order given.
 * @throws `VAULT_KEY_DUPLICATE` if a key or an id occurs twice, `VAULT_ID_INVALID`.
 */
export function planVaults<O extends VaultOptions>(
  vaults: readonly string[] | Readonly<Record<string, O>>,
): readonly (readonly [string, Partial<O>])[] {
  const entries: (readonly [string, Partial<O>])[] = isList(vaults)
    ? vaults.map((key) => [key, {}])
    : Object.entries(vaults);
  const keyOfId = new Map<string, string>();
  const seen = new Set<string>();
  for (const [key, { id }] of entries) {
    if (seen.has(key)) {
      throw new ConnectError(
        "VAULT_KEY_DUPLICATE",
        `\`vaults\` names the key "${key}" twice.`,
        "Give each vault a key of its own.",
      );
    }
    seen.add(key);
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
  }
  return entries;
}

function isList(vaults: unknown): vaults is readonly string[] {
  return Array.isArray(vaults);
}
