import type * as pulumi from "@pulumi/pulumi";
import { checkArgs } from "../input/check-args.ts";
import { chartVersion, namespace, objectName } from "../input/names.ts";
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
   * Chart version that a credentials file is layered for, e.g. `"2.4.1"`: base64 text up to 2.2.1,
   * the file itself from 2.3.0.
   * @default - the value is not a credentials file and is written as it is
   * @see https://github.com/1Password/connect-helm-charts/pull/196
   */
  readonly chartVersion?: pulumi.Input<string>;
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
  /** Chart version that a credentials file in it is layered for; none of another value. */
  declare readonly chartVersion: pulumi.Output<string | undefined>;

  constructor(name: string, args: ClusterSecretArgs, opts?: pulumi.CustomResourceOptions) {
    const { cluster, store, ...rest } = checkArgs(clusterSecretSchema, args);
    const inputs = { ...targetInputs(cluster), ...rest, store: storeAccess(store) };
    super("clusterSecret", name, inputs, withSecretKubeconfig(opts));
  }
}

export const clusterSecretSchema = fields<ClusterSecretArgs>({
  cluster: instance(ClusterTarget, "a ClusterTarget"),
  store: storeSchema.optional(),
  namespace: input(namespace),
  name: input(objectName),
  key: input(text()),
  secretId: input(text()),
  fingerprint: input(text()),
  chartVersion: input(chartVersion).optional(),
});
