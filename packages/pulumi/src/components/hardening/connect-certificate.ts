import type * as pulumi from "@pulumi/pulumi";
import {
  type ClusterTarget,
  targetInputs,
  withSecretKubeconfig,
} from "../../resources/cluster-target.ts";
import { HoldingResource, ProvidedResource } from "../../resources/provided-resource.ts";

/** What Connect serves TLS with. */
export interface ConnectCertificate extends pulumi.CustomResource {
  /** The certificate in PEM, which is no secret. */
  readonly certificate: pulumi.Output<string>;
  /** SHA-256 of the certificate, hex. */
  readonly fingerprint: pulumi.Output<string>;
  /** End of the certificate, ISO 8601 in UTC. */
  readonly expiresAt: pulumi.Output<string>;
}

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

const outputs = { certificate: undefined, fingerprint: undefined, expiresAt: undefined };

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
    const inputs = { ...targetInputs(cluster), ...rest, ...outputs };
    super("madeCertificate", name, inputs, withSecretKubeconfig(opts));
  }
}

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
    const inputs = { ...targetInputs(cluster), ...rest, ...outputs };
    super("givenCertificate", name, inputs, withSecretKubeconfig(opts));
  }
}
