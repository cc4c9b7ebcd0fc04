import type { VaultAccess } from "@opconnect/core";
import { checkToken } from "@opconnect/core/token-rules";
import type * as pulumi from "@pulumi/pulumi";
import * as z from "zod/mini";
import { entriesOf, type Keyed, keyed } from "../input/keyed.ts";
import { age, lifeTime } from "../input/names.ts";
import { fields, input, oneOf } from "../input/schema.ts";

/** A Connect token of an environment, for one consumer. */
export interface EnvironmentToken {
  /**
   * Vaults that the token may use, one at least: keys of the environment's vaults, or access by key.
   * The keys are plain.
   * @default - all vaults of the environment, each with its `access`
   */
  readonly vaults?: Keyed<pulumi.Input<VaultAccess>> | undefined;
  /**
   * Life time, e.g. `"90d"`: a whole number with s, m, h, d or w, at most ten years. Fixed at birth: a change replaces the token.
   * @default - the token does not expire
   */
  readonly expiresIn?: pulumi.Input<string> | undefined;
  /**
   * Age at which the token is due to be replaced, e.g. `"60d"`: a preview shows it, the next `up`
   * does it.
   * @default - the token is not replaced for its age
   */
  readonly rotateAfter?: pulumi.Input<string> | undefined;
}

/** Checks a token by itself. */
export const tokenSchema = fields<EnvironmentToken>(() => ({
  vaults: z.optional(keyed(input(oneOf<VaultAccess>("read", "read-write")), "keys of vaults")),
  expiresIn: z.optional(input(lifeTime)),
  rotateAfter: z.optional(input(age)),
}));

/** A vault as a token covers it. */
export interface TokenVault {
  readonly key: string;
  readonly access: pulumi.Input<VaultAccess>;
}

/** A token, with everything it leaves out filled in. */
export interface PlannedToken extends Omit<EnvironmentToken, "vaults"> {
  readonly consumer: string;
  readonly vaults: readonly TokenVault[];
}

/**
 * The tokens of an environment: the operator's, and those asked for.
 * @throws `TOKEN_SCOPE_INVALID`, `TOKEN_ROTATION_INVALID`.
 */
export function planTokens(
  tokens: Readonly<Record<string, EnvironmentToken>>,
  environmentVaults: readonly TokenVault[],
) {
  const { operator = {}, ...others } = tokens;
  const plan = ([consumer, token]: readonly [string, EnvironmentToken]) =>
    planToken(consumer, token, environmentVaults);
  return { operator: plan(["operator", operator]), others: Object.entries(others).map(plan) };
}

function planToken(
  consumer: string,
  { vaults, ...life }: EnvironmentToken,
  environmentVaults: readonly TokenVault[],
): PlannedToken {
  const scope = scopeOf(vaults, environmentVaults);
  const { expiresIn, rotateAfter } = life;
  checkToken({
    // What is not known yet is compared by the ConnectToken.
    expiresIn: typeof expiresIn === "string" ? expiresIn : undefined,
    rotateAfter: typeof rotateAfter === "string" ? rotateAfter : undefined,
    consumer,
    vaults: scope.map(({ key }) => key),
    serverVaults: environmentVaults.map(({ key }) => key),
  });
  return { ...life, consumer, vaults: scope };
}

/** In the order of the environment's vaults, which the scope of a token otherwise depends on. */
function scopeOf(
  vaults: EnvironmentToken["vaults"],
  environmentVaults: readonly TokenVault[],
): readonly TokenVault[] {
  if (vaults === undefined) return environmentVaults;
  const known = new Map(environmentVaults.map(({ key, access }) => [key, access]));
  const wanted = new Map(entriesOf(vaults, (key) => known.get(key) ?? "read"));
  const order = [...new Set([...known.keys(), ...wanted.keys()])];
  return order.flatMap((key) => {
    const access = wanted.get(key);
    return access === undefined ? [] : [{ key, access }];
  });
}
