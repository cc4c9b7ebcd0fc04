import type * as pulumi from "@pulumi/pulumi";
import * as z from "zod/mini";
import { checkArgs } from "../input/check-args.ts";
import type { Plain } from "../input/deferred.ts";
import { purpose, serverId } from "../input/names.ts";
import { fields, input, list, text } from "../input/schema.ts";
import {
  type MintedArgs,
  mintedFields,
  mintedInputs,
  mintedOptions,
  type UsedInputs,
} from "./minted-args.ts";
import { HoldingResource } from "./provided-resource.ts";

/** Arguments of {@link ConnectServer}. */
export interface ConnectServerArgs extends MintedArgs {
  /**
   * Name in 1Password, e.g. `"acme-prod"`. 1Password does not keep it unique; we do. A new name is
   * given in place.
   */
  readonly name: pulumi.Input<string>;
  /**
   * Id of a Connect server made by hand, whose credentials file lies in the secret already: it is
   * taken over instead of creating one.
   * @default - none
   */
  readonly adopts?: pulumi.Input<string> | undefined;
}

/** What {@link ConnectEnvironment} tells a server of its tokens. */
export interface ServerInputs extends ConnectServerArgs, UsedInputs {
  /**
   * Keys of the vaults that Connect tokens of the server cover. Nothing in 1Password lists the vaults
   * of a server: a refresh judges them by its tokens, and so only these.
   */
  readonly witnessed: readonly string[];
}

/**
 * A Connect server in 1Password: the record that grants vaults to a Connect deployment. Its
 * credentials file, which 1Password hands out once, goes from `op` straight into the credential
 * store and never into state. What the store already holds is adopted; only otherwise `op` is
 * needed, signed in by a person who may create Connect servers.
 *
 * A preview shows when the server is due to be replaced: because that was asked for, or because its
 * credentials file is no longer in the store. A value that was put in its place is put back. Where
 * other resources have it too, as after a move without aliases, the server stays when this one goes.
 * It is not deleted while the cluster of its {@link ConnectEnvironment} uses its credentials file.
 *
 * Errors of `create`: `OP_NOT_INSTALLED`, `OP_NOT_SIGNED_IN`, `OP_CANNOT_MINT`, `OP_VAULT_ACCESS`,
 * `OP_NAME_TAKEN`, `STORE_ACCESS_DENIED`, `STORE_UNREACHABLE`. Errors of a deletion:
 * `CREDENTIALS_IN_USE`, and `CLUSTER_…` where the cluster cannot be asked.
 * @see https://developer.1password.com/docs/connect/manage-connect
 */
export class ConnectServer extends HoldingResource {
  /** Id of the server: 26 characters, upper-case. */
  readonly serverId: pulumi.Output<string>;
  /** Id of the secret that holds the credentials file. */
  declare readonly secretId: pulumi.Output<string>;
  /** Version of the store's secret that holds the credentials file. */
  declare readonly versionId: pulumi.Output<string>;
  /** SHA-256 of the credentials file, hex. */
  declare readonly fingerprint: pulumi.Output<string>;

  constructor(name: string, given: Plain<ConnectServerArgs>, opts?: pulumi.CustomResourceOptions) {
    const args = checkArgs(serverSchema, given);
    const outputs = { serverId: undefined, versionId: undefined, fingerprint: undefined };
    super("connectServer", name, { ...mintedInputs(args), ...outputs }, mintedOptions(args, opts));
    // Of an update, a preview knows the id, and no other output that is not an input too.
    this.serverId = this.id;
  }
}

export const serverSchema = fields<ConnectServerArgs & Partial<ServerInputs>>(() => ({
  ...mintedFields(),
  name: input(text()),
  adopts: z.optional(input(serverId)),
  witnessed: z.optional(list(purpose, "a list of keys of vaults")),
}));
