import type * as pulumi from "@pulumi/pulumi";

/** What Connect serves TLS with. */
export interface ConnectCertificate extends pulumi.CustomResource {
  /** The certificate in PEM, which is no secret. */
  readonly certificate: pulumi.Output<string>;
  /** SHA-256 of the certificate, hex. */
  readonly fingerprint: pulumi.Output<string>;
  /** End of the certificate, ISO 8601 in UTC. */
  readonly expiresAt: pulumi.Output<string>;
}

/** They are known from the provider. */
export const certificateOutputs = {
  certificate: undefined,
  fingerprint: undefined,
  expiresAt: undefined,
};
