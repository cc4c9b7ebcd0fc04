import { credentialsKeys, tokenKey } from "../components/chart-values.ts";
import { managedBy } from "../components/owned-fields.ts";
import type { GitOpsSecretStore } from "./args.ts";
import type { Manifest } from "./manifest.ts";

/** A value that lies in AWS Secrets Manager, in the version that is meant. */
export interface StoredVersion {
  /** Its ARN. */
  readonly secretId: string;
  readonly versionId: string;
  /** SHA-256 of the value, hex. */
  readonly fingerprint: string;
}

/** Name of a Secret, where it is, and where its value comes from. */
export interface CredentialsPlace {
  readonly name: string;
  readonly namespace: string;
  readonly from: StoredVersion;
  readonly secretStore: GitOpsSecretStore;
}

/**
 * Name of the Secret of a value, another one for each: pods of new credentials wait until External
 * Secrets Operator has made theirs, instead of starting with the former ones.
 */
export function secretNameOf(name: string, { fingerprint }: Pick<StoredVersion, "fingerprint">) {
  return `${name}-${fingerprint.slice(0, 10)}`;
}

/** The Secret of the credentials file, in both layerings, as the charts take it. */
export function credentialsFileSecret(place: CredentialsPlace): Manifest {
  return externalSecret(place, {
    [credentialsKeys.file]: `{{ .${part} }}`,
    [credentialsKeys.environment]: `{{ .${part} | b64enc }}`,
  });
}

/** The Secret of the operator's token. */
export function tokenSecret(place: CredentialsPlace): Manifest {
  return externalSecret(place, { [tokenKey]: `{{ .${part} }}` });
}

/**
 * An ExternalSecret of a value in the one version that is meant: another one in the store is none of
 * its business until it is committed.
 * @see https://external-secrets.io/latest/provider/aws-secrets-manager/
 */
function externalSecret(
  { name, namespace, from, secretStore }: CredentialsPlace,
  data: Readonly<Record<string, string>>,
): Manifest {
  const { kind = "ClusterSecretStore", name: store } = secretStore;
  return {
    apiVersion: "external-secrets.io/v1",
    kind: "ExternalSecret",
    metadata: { name, namespace, labels: managedBy },
    spec: {
      refreshInterval: "1h0m0s",
      secretStoreRef: { kind, name: store },
      target: {
        name,
        template: {
          engineVersion: "v2",
          metadata: {
            labels: managedBy,
            annotations: { "opconnect/fingerprint": from.fingerprint },
          },
          data,
        },
      },
      data: [
        {
          secretKey: part,
          remoteRef: { key: from.secretId, version: `uuid/${from.versionId}` },
        },
      ],
    },
  };
}

const part = "value";
