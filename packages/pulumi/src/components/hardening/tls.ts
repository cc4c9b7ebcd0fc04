import type { EnvironmentNames } from "@opconnect/core";
import { untakenValues } from "@opconnect/core/chart-keys";
import { ConnectError } from "@opconnect/core/connect-error";
import type * as pulumi from "@pulumi/pulumi";
import { objectName } from "../../input/names.ts";
import { chosen, fields, flag } from "../../input/schema.ts";
import type { ConnectCertificate } from "../../resources/certificate/connect-certificate.ts";
import { GivenCertificate } from "../../resources/certificate/given-certificate.ts";
import { MadeCertificate } from "../../resources/certificate/made-certificate.ts";
import type { ClusterTarget } from "../../resources/cluster-target.ts";
import { onDeployments } from "./on-deployments.ts";

/** A certificate that somebody else makes and renews, cert-manager for one. */
export interface TlsArgs {
  /**
   * Secret of the type `kubernetes.io/tls`, in the namespace of Connect and the operator. Its
   * certificate has to hold for the name of Connect's Service, e.g. `acme-prod-connect`. A renewed one
   * is served from the next update on.
   */
  readonly secret: string;
}

/** Checks whether Connect is called by TLS, and with which certificate. */
export const tlsSchema = chosen<boolean | TlsArgs>((value) =>
  typeof value === "object" && value !== null
    ? fields<TlsArgs>(() => ({ secret: objectName }))
    : flag,
);

/** Values of the chart by which Connect serves TLS, and the operator trusts its certificate. */
export function tlsValues(tls: boolean | TlsArgs, names: EnvironmentNames) {
  if (tls === false) return { connect: {}, operator: {} };
  const secret = tls === true ? names.clusterCertificate : tls.secret;
  const trusted = tls === true ? names.clusterTrust : tls.secret;
  return {
    connect: { tls: { enabled: true, secret } },
    operator: { tls: { trust: { secret: trusted } } },
  };
}

/**
 * Charts before 2.3.0 have Connect serve a certificate, and no way to have the operator trust it.
 * @throws `CHART_VERSION_UNSUPPORTED`.
 */
export function requireTrust(tls: boolean | TlsArgs, version: string): void {
  const [untaken] =
    tls === false ? [] : untakenValues(version, { operator: { tls: { trust: {} } } });
  if (untaken === undefined) return;
  throw new ConnectError(
    "CHART_VERSION_UNSUPPORTED",
    `\`tls\` is set, and in version ${version} of the chart "connect" the operator cannot be told to trust a certificate.`,
    `Use ${untaken.since}, the nearest one in which it can, or leave \`tls\` out.`,
  );
}

/** The certificate that Connect serves TLS with; none without TLS. */
export function connectCertificate(
  tls: boolean | TlsArgs,
  names: EnvironmentNames,
  cluster: ClusterTarget,
  opts: pulumi.CustomResourceOptions,
): ConnectCertificate | undefined {
  if (tls === false) return undefined;
  const { connectApplication: host, namespace } = names;
  const resource = names.resource("certificate");
  if (tls !== true) {
    return new GivenCertificate(resource, { cluster, namespace, name: tls.secret, host }, opts);
  }
  const parts = [host, namespace, "svc", "cluster.local"];
  return new MadeCertificate(
    resource,
    {
      cluster,
      namespace,
      name: names.clusterCertificate,
      trust: names.clusterTrust,
      // However it is called from within the cluster; the operator does by the first.
      dnsNames: parts.map((_, index) => parts.slice(0, index + 1).join(".")),
    },
    opts,
  );
}

/** Keeps the key that lies beside a certificate out of the pods that only trust it. */
export function trustCertificateOnly(deployment: string): pulumi.ResourceTransform {
  return onDeployments(({ template, ...spec }, name) => {
    const { volumes } = template.spec;
    if (name !== deployment || volumes == null) return { ...spec, template };
    const cut = volumes.map((volume: Volume) =>
      volume.name === "tls-trust"
        ? { ...volume, secret: { ...volume.secret, items: [{ key: "tls.crt", path: "tls.crt" }] } }
        : volume,
    );
    const pod = { ...template.spec, volumes: cut };
    return { ...spec, template: { ...template, spec: pod } };
  });
}

interface Volume {
  readonly name: string;
  readonly secret?: object;
}
