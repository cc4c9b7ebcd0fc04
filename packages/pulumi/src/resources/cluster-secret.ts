import type * as pulumi from "@pulumi/pulumi";
import * as z from "zod/mini";
import { checkArgs } from "../input/check-args.ts";
import { namespace, objectName } from "../input/names.ts";
import { fields, input, instance, text } from "../input/schema.ts";
import { ClusterTarget, targetInputs, withSecretKubeconfig } from "./cluster-target.ts";
import { HoldingResource } from "./provided-resource.ts";
import { type StoreOption, storeAccess, storeSchema } from "./store-args.ts";

/** Arguments of {@link ClusterSecret}. */
export interface ClusterSecretArgs extends StoreOption {
  /** The cluster to write to; writes go nowhere else. */
  readonly cluster: ClusterTarget;
  /** Namespace of the Secret. */
  readonly namespace: pulumi.Input<string>;
  /** Name of the Secret. */
  readonly name: pulumi.Input<string>;
  /** Key within the Secret, e.g. `"token"`. */
  readonly key: pulumi.Input<string>;
  /** Id of the secret that holds the value, see {@link CredentialSecret}. */
  readonly secretId: pulumi.Input<string>;
  /** SHA-256 of the value, hex. A store that holds something else is refused. */
  readonly fingerprint: pulumi.Input<string>;
  /**
   * Key of the same value as base64 text: for a credentials file, which charts up to 2.2.1 hand to
   * Connect so. Anything else is refused.
   * @default - the value is written under `key` alone
   * @see https://github.com/1Password/connect-helm-charts/pull/196
   */
  readonly base64Key?: pulumi.Input<string>;
}

/**
 * A Kubernetes Secret whose value comes from the credential store. The value is read and written
 * inside the provider; state holds only its fingerprint.
 *
 * Errors: `STORE_NOT_FOUND`, `STORE_ACCESS_DENIED`, `STORE_CONTENT_INVALID` if the store holds
 * another value than the one fingerprinted, `CLUSTER_SECRET_FOREIGN` if a Secret of this name
 * exists that is not ours, `CLUSTER_MISMATCH`, `CLUSTER_UNREACHABLE`, `CLUSTER_ACCESS_DENIED`.
 */
export class ClusterSecret extends HoldingResource {
  /** SHA-256 of the value that the Secret holds, hex. */
  declare readonly fingerprint: pulumi.Output<string>;
  /**
   * True once the value is under every key that it is to have: not known to the one preview that
   * finds it written by a former release, under one key.
   */
  declare readonly hasBothKeys: pulumi.Output<boolean>;

  constructor(name: string, args: ClusterSecretArgs, opts?: pulumi.CustomResourceOptions) {
    const { cluster, store, ...rest } = checkArgs(clusterSecretSchema, args);
    const outputs = { hasBothKeys: undefined };
    const inputs = { ...targetInputs(cluster), ...rest, store: storeAccess(store), ...outputs };
    super("clusterSecret", name, inputs, withSecretKubeconfig(opts));
  }
}

export const clusterSecretSchema = fields<ClusterSecretArgs>(() => ({
  cluster: instance(ClusterTarget, "a ClusterTarget"),
  store: z.optional(storeSchema),
  namespace: input(namespace),
  name: input(objectName),
  key: input(text()),
  base64Key: z.optional(input(text())),
  secretId: input(text()),
  fingerprint: input(text()),
}));
