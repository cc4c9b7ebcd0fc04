import type * as pulumi from "@pulumi/pulumi";
import { type ClusterTarget, targetInputs, withSecretKubeconfig } from "../cluster-target.ts";
import { ProvidedResource } from "../provided-resource.ts";
import { type ConnectCertificate, certificateOutputs } from "./connect-certificate.ts";

/** Arguments of {@link GivenCertificate}. */
export interface GivenCertificateArgs {
  /** The cluster that it is in. */
  readonly cluster: ClusterTarget;
  /** Namespace of the Secret. */
  readonly namespace: string;
  /** Name of the Secret, of the type `kubernetes.io/tls`. */
  readonly name: string;
  /** Name that the certificate has to hold for. */
  readonly host: string;
}

/**
 * A certificate that somebody else makes and renews, as an update finds it: it is waited for where it
 * is not there yet. It owns nothing.
 *
 * Errors: `ARGUMENT_INVALID` if the Secret does not come, or holds no certificate for the name;
 * `CLUSTER_MISMATCH`, `CLUSTER_UNREACHABLE`, `CLUSTER_ACCESS_DENIED`.
 */
export class GivenCertificate extends ProvidedResource implements ConnectCertificate {
  declare readonly certificate: pulumi.Output<string>;
  declare readonly fingerprint: pulumi.Output<string>;
  declare readonly expiresAt: pulumi.Output<string>;

  constructor(name: string, args: GivenCertificateArgs, opts?: pulumi.CustomResourceOptions) {
    const { cluster, ...rest } = args;
    const inputs = { ...targetInputs(cluster), ...rest, ...certificateOutputs };
    super("givenCertificate", name, inputs, withSecretKubeconfig(opts));
  }
}
