import type * as pulumi from "@pulumi/pulumi";
import * as z from "zod/mini";
import { checkArgs } from "../input/check-args.ts";
import type { Plain } from "../input/deferred.ts";
import { storedSecret } from "../input/names.ts";
import { fields, input } from "../input/schema.ts";
import { ProvidedResource } from "./provided-resource.ts";
import { type StoreOption, storeAccess, storeSchema } from "./store-args.ts";

/** Arguments of {@link ServiceAccountToken}. */
export interface ServiceAccountTokenArgs extends StoreOption {
  /** The secret of the store that an admin has put the token into: its name, or its id. */
  readonly secret: pulumi.Input<string>;
}

/**
 * The token of a 1Password service account, which an admin has put into the credential store. It
 * owns nothing: it looks which version there is, at every preview, and reads the value in an update
 * only, of which state holds the fingerprint. A new version shows in the preview, and rolls what has
 * the fingerprint.
 *
 * Errors at preview: `STORE_NOT_FOUND` with the command that an admin runs. Errors of an update:
 * `TOKEN_MALFORMED` if the store holds something else; `STORE_ACCESS_DENIED`, `STORE_UNREACHABLE`.
 */
export class ServiceAccountToken extends ProvidedResource {
  /** Id of the secret that holds the token: in Secrets Manager its ARN. */
  declare readonly secretId: pulumi.Output<string>;
  /** Version of the store's secret that holds the token. */
  declare readonly versionId: pulumi.Output<string>;
  /** SHA-256 of the token, hex. */
  declare readonly fingerprint: pulumi.Output<string>;

  constructor(
    name: string,
    given: Plain<ServiceAccountTokenArgs>,
    opts?: pulumi.CustomResourceOptions,
  ) {
    const { store, secret } = checkArgs(serviceAccountTokenSchema, given);
    const outputs = { secretId: undefined, versionId: undefined, fingerprint: undefined };
    const inputs = { secret, store: storeAccess(store), ...outputs };
    super("serviceAccountToken", name, inputs, opts);
  }
}

const serviceAccountTokenSchema = fields<ServiceAccountTokenArgs>(() => ({
  store: z.optional(storeSchema),
  secret: input(storedSecret),
}));
