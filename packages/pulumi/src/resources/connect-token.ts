import { checkTokenRotation } from "@opconnect/core/token-rules";
import type * as pulumi from "@pulumi/pulumi";
import * as z from "zod/mini";
import { checkArgs } from "../input/check-args.ts";
import { isDeferred, type Plain } from "../input/deferred.ts";
import { age, lifeTime, purpose, serverId } from "../input/names.ts";
import { checkedBy, fields, input, text } from "../input/schema.ts";
import {
  type MintedArgs,
  mintedFields,
  mintedInputs,
  mintedOptions,
  type UsedInputs,
} from "./minted-args.ts";
import { HoldingResource } from "./provided-resource.ts";

/** Arguments of {@link ConnectToken}. */
export interface ConnectTokenArgs extends MintedArgs {
  /** Name in 1Password, e.g. `"acme-prod-operator"`. */
  readonly name: pulumi.Input<string>;
  /** Who uses the token, e.g. `"operator"`. */
  readonly consumer: pulumi.Input<string>;
  /** Id of the Connect server that the token is for. */
  readonly serverId: pulumi.Input<string>;
  /**
   * Life time as `op` takes it, e.g. `"90d"`. Fixed at birth: a change replaces the token.
   * @default - the token does not expire
   */
  readonly expiresIn?: pulumi.Input<string> | undefined;
  /**
   * Age at which the token is replaced, e.g. `"60d"`: from then on a preview shows the replacement,
   * with its reason, and the next `up` carries it out. Nothing happens by itself.
   * @default - the token is not replaced for its age
   */
  readonly rotateAfter?: pulumi.Input<string> | undefined;
}

/** What {@link ConnectEnvironment} tells a token of its use. */
export interface TokenInputs extends ConnectTokenArgs, UsedInputs {}

/**
 * A Connect token. Its value goes from `op` straight into the credential store, never into state.
 * What the store already holds is adopted when its claims fit; before a new one is stored, its
 * claims are compared with what was asked for.
 *
 * A preview shows when the token is due to be replaced, and why: its age, its expiry, that a new one
 * was asked for, or that its value is no longer in the store. It warns from 14 days before expiry on.
 * Where other resources have the token too, as after a move without aliases, it stays when this one
 * goes. The operator's is not revoked while the cluster uses it.
 *
 * Error of the constructor: `TOKEN_ROTATION_INVALID` if the token would expire before it is rotated.
 * Errors of `create`: `OP_NOT_INSTALLED`, `OP_NOT_SIGNED_IN`, `OP_CANNOT_MINT`, `OP_VAULT_ACCESS`,
 * `TOKEN_MISMATCH`, `STORE_ACCESS_DENIED`, `STORE_UNREACHABLE`. Errors of a deletion:
 * `CREDENTIALS_IN_USE`, and `CLUSTER_…` where the cluster cannot be asked.
 * @see https://developer.1password.com/docs/connect/manage-connect#create-a-token
 */
export class ConnectToken extends HoldingResource {
  /** Id of the token: its `jti` claim. */
  readonly tokenId: pulumi.Output<string>;
  /** Id of the secret that holds the token. */
  declare readonly secretId: pulumi.Output<string>;
  /** Version of the store's secret that holds the token. */
  declare readonly versionId: pulumi.Output<string>;
  /** SHA-256 of the token, hex. Changes with every new token; put it on pods that must restart. */
  declare readonly fingerprint: pulumi.Output<string>;
  /** When the token expires, ISO 8601 in UTC; empty if it never does. */
  declare readonly expiresAt: pulumi.Output<string>;

  constructor(name: string, given: Plain<ConnectTokenArgs>, opts?: pulumi.CustomResourceOptions) {
    const args = checkArgs(tokenSchema, given);
    const stored = { versionId: undefined, fingerprint: undefined, expiresAt: undefined };
    const outputs = { ...stored, tokenId: undefined };
    super("connectToken", name, { ...mintedInputs(args), ...outputs }, mintedOptions(args, opts));
    // Of an update, a preview knows the id, and no other output that is not an input too.
    this.tokenId = this.id;
  }
}

export const tokenSchema = checkedBy(
  fields<TokenInputs>(() => ({
    ...mintedFields(),
    name: input(text()),
    consumer: input(purpose),
    serverId: input(serverId),
    expiresIn: z.optional(input(lifeTime)),
    rotateAfter: z.optional(input(age)),
  })),
  ({ consumer, expiresIn, rotateAfter }) => {
    if (isDeferred(consumer) || isDeferred(expiresIn) || isDeferred(rotateAfter)) return;
    checkTokenRotation({ consumer, expiresIn, rotateAfter });
  },
);
