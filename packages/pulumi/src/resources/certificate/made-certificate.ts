import type * as pulumi from "@pulumi/pulumi";
import { type ClusterTarget, targetInputs, withSecretKubeconfig } from "../cluster-target.ts";
import { HoldingResource } from "../provided-resource.ts";
import { type ConnectCertificate, certificateOutputs } from "./connect-certificate.ts";

/** Arguments of {@link MadeCertificate}. */
export interface MadeCertificateArgs {
  /** The cluster to write to. */
  readonly cluster: ClusterTarget;
  /** Namespace of both Secrets. */
  readonly namespace: string;
  /** Name of the Secret with the certificate and its key, of the type `kubernetes.io/tls`. */
  readonly name: string;
  /** Name of the Secret with what callers trust, in `tls.crt`: the certificate, and the former one. */
  readonly trust: string;
  /** Names that it holds for. */
  readonly dnsNames: readonly string[];
}

/**
 * A certificate that signs itself, made with its key inside the provider and written into the
 * cluster; state holds the certificate only. It lives for a year, and is renewed by the first update
 * that finds a third of that left, or what was written changed or gone: a preview says why.
 *
 * Errors: `CLUSTER_SECRET_FOREIGN` if a Secret of one of the names exists that is not ours,
 * `CLUSTER_STATE_LOST`, `CLUSTER_MISMATCH`, `CLUSTER_UNREACHABLE`, `CLUSTER_ACCESS_DENIED`.
 */
export class MadeCertificate extends HoldingResource implements ConnectCertificate {
  declare readonly certificate: pulumi.Output<string>;
  declare readonly fingerprint: pulumi.Output<string>;
  declare readonly expiresAt: pulumi.Output<string>;

  constructor(name: string, args: MadeCertificateArgs, opts?: pulumi.CustomResourceOptions) {
    const { cluster, ...rest } = args;
    const inputs = { ...targetInputs(cluster), ...rest, ...certificateOutputs };
    super("madeCertificate", name, inputs, withSecretKubeconfig(opts));
  }
}
