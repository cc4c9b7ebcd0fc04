import * as pulumi from "@pulumi/pulumi";
import * as z from "zod/mini";
import { checkArgs } from "../input/check-args.ts";
import { isDeferred, type Plain } from "../input/deferred.ts";
import { byName, fields, input, text } from "../input/schema.ts";
import { HoldingResource } from "./provided-resource.ts";
import { type StoreOption, storeSchema, storeSettings } from "./store-args.ts";

/** Arguments of {@link CredentialSecret}. */
export interface CredentialSecretArgs extends StoreOption {
  /** Name in the store, e.g. `"opconnect/acme/prod/credentials"`. */
  readonly name: pulumi.Input<string>;
  /**
   * What it holds, for people who look at the store.
   * @default - none
   */
  readonly description?: pulumi.Input<string> | undefined;
  /**
   * Tags besides those that describe the value.
   * @default - none
   */
  readonly tags?: pulumi.Input<Readonly<Record<string, pulumi.Input<string>>>> | undefined;
}

/**
 * A secret of the credential store, without a value: that is written by {@link ConnectServer} and
 * {@link ConnectToken}. One that is there already is used, and its settings are brought into line;
 * one that is scheduled for deletion is restored, with its value. A secret that we did not make is
 * kept when the resource goes, and so is one that other resources have too, as after a move without
 * aliases.
 *
 * A preview shows that the secret is gone, is scheduled for deletion, or is another one by now.
 *
 * Errors: `STORE_ACCESS_DENIED`, `STORE_UNREACHABLE`, `STORE_FAILED`, `ARGUMENT_INVALID`.
 */
export class CredentialSecret extends HoldingResource {
  /** Id in the store: in Secrets Manager its ARN. */
  declare readonly secretId: pulumi.Output<string>;

  constructor(
    name: string,
    given: Plain<CredentialSecretArgs>,
    opts?: pulumi.CustomResourceOptions,
  ) {
    const args = checkArgs(credentialSecretSchema, given);
    const { store, ...rest } = args;
    const inputs = { ...rest, tags: tagsOf(args), store: storeSettings(store) };
    super("credentialSecret", name, { ...inputs, secretId: undefined }, opts);
  }
}

/** Those of the store, and over them its own. */
function tagsOf({ store: { tags: shared = {} } = {}, tags = {} }: CredentialSecretArgs) {
  if (!isDeferred(shared) && !isDeferred(tags)) return { ...shared, ...tags };
  return pulumi.all([shared, tags]).apply(([shared, tags]) => ({ ...shared, ...tags }));
}

export const credentialSecretSchema = fields<CredentialSecretArgs>(() => ({
  store: z.optional(storeSchema),
  name: input(text()),
  description: z.optional(input(text())),
  tags: z.optional(input(byName(text(), input(text()), "tags by name"))),
}));
