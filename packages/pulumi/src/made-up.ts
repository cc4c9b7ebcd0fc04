import { createHash } from "node:crypto";

/** A resource that a program registers with mocks. */
interface Registered {
  readonly type: string;
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: so are they in Pulumi's own mocks.
  readonly inputs: any;
  /** That of a resource that is read. */
  readonly id?: string | undefined;
}

/** What is made up for a resource that nothing makes. */
export interface MadeUp {
  readonly id: string;
  /** Its outputs besides its inputs. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** Makes up what the provider of a resource of ours would answer; `undefined` for all others. */
export function madeUp({ type, name, inputs, id }: Registered): MadeUp | undefined {
  if (type === "kubernetes:core/v1:Namespace" && id === "kube-system") {
    return { id, outputs: { metadata: { name: id, uid: clusterUid } } };
  }
  const kind = /^pulumi-nodejs:dynamic\/opconnect:(.*)$/.exec(type)?.[1];
  if (kind === undefined) return undefined;
  const stored = { versionId: `${name}-version`, fingerprint: madeUpFingerprint(name) };
  switch (kind) {
    case "Vault":
      return { id: madeUpVaultId(inputs.title), outputs: {} };
    case "ConnectServer":
      return { id: madeUpServerId(inputs.name), outputs: stored };
    case "ConnectToken": {
      const expiresAt = inputs.expiresIn === undefined ? "" : "2099-12-31T00:00:00.000Z";
      return { id: hash(inputs.name).slice(0, 26), outputs: { ...stored, expiresAt } };
    }
    case "CredentialSecret": {
      const secretId = secretIdOf(inputs);
      return { id: secretId, outputs: { secretId } };
    }
    case "ServiceAccountToken":
      return { id: `${name}-id`, outputs: { ...stored, secretId: `arn:${inputs.secret}` } };
    case "ClusterTarget":
      return { id: clusterUid, outputs: { clusterUid } };
    case "ClusterSecret":
      return { id: `${name}-id`, outputs: { hasBothKeys: true } };
    case "MadeCertificate":
    case "GivenCertificate": {
      const expiresAt = "2099-12-31T00:00:00.000Z";
      const certificate = madeUpCertificate;
      return { id: `${name}-id`, outputs: { fingerprint: hash(name), expiresAt, certificate } };
    }
    case "DeliveredSecret":
      return { id: `${name}-id`, outputs: { version: `${hash(name).slice(0, 26)}@1` } };
    case "ItemSecret":
      return { id: `${name}-id`, outputs: { keys: inputs.needs, version: "1" } };
    case "OperatorScope":
      return { id: `${name}-id`, outputs: { generation: "1", unavailable: [] } };
    default:
      return { id: `${name}-id`, outputs: {} };
  }
}

/** Id of the vault with a title: 26 characters, lower-case. */
export function madeUpVaultId(title: string): string {
  return hash(title).slice(0, 26);
}

/** Id of the Connect server with a name: 26 characters, upper-case. */
export function madeUpServerId(name: string): string {
  return hash(name).slice(0, 26).toUpperCase();
}

/** Fingerprint of what the server or token, by its resource's name, has put into the store. */
export function madeUpFingerprint(resourceName: string): string {
  return hash(resourceName);
}

const madeUpCertificate = "-----BEGIN CERTIFICATE-----\nZml4dHVyZQ==\n-----END CERTIFICATE-----\n";

/** One cluster is all that there is. */
const clusterUid = "cluster-uid";

// biome-ignore lint/suspicious/noExplicitAny: see `Registered`.
function secretIdOf({ name, store }: any): string {
  if (store.folder !== undefined) return `age:${name}`;
  return `arn:aws:secretsmanager:${store.region ?? "us-east-1"}:123456789012:secret:${name}`;
}

function hash(text: string): string {
  return createHash("sha256").update(String(text)).digest("hex");
}
