import * as pulumi from "@pulumi/pulumi";

/** A resource as the program registered it. */
export interface RecordedResource {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/**
 * Replaces the engine by one that records what is registered and makes up what a provider would
 * answer. The default cluster of both sides has the uid `cluster-uid`.
 */
export async function recordResources(
  program: () => unknown,
): Promise<readonly RecordedResource[]> {
  const recorded: RecordedResource[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource({ type, name, inputs, id }) {
        recorded.push({ type, name, inputs });
        const state = { ...inputs, ...madeUp(type, name, inputs) };
        if (type === "kubernetes:core/v1:Namespace" && id === "kube-system") {
          return { id, state: { metadata: { name: "kube-system", uid: "cluster-uid" } } };
        }
        return { id: id || (madeUpId(type, inputs) ?? `${name}-id`), state };
      },
      call: ({ inputs }) => inputs,
    },
    "client",
    "acme-prod",
    false,
  );
  await pulumi.runtime.runInPulumiStack(async () => {
    program();
  });
  await pulumi.runtime.disconnect();
  return recorded;
}

function madeUpId(type: string, { title }: Record<string, unknown>): string | undefined {
  switch (type) {
    case "pulumi-nodejs:dynamic/opconnect:Vault":
      return `id-of-${title}`;
    case "pulumi-nodejs:dynamic/opconnect:ConnectServer":
      return "SERVERID";
    case "pulumi-nodejs:dynamic/opconnect:ConnectToken":
      return "tokenid";
    default:
      return undefined;
  }
}

function madeUp(type: string, name: string, inputs: Record<string, unknown>) {
  switch (type) {
    case "pulumi-nodejs:dynamic/opconnect:ClusterTarget":
      return { clusterUid: "cluster-uid" };
    case "pulumi-nodejs:dynamic/opconnect:ConnectServer":
      return { versionId: "v1", fingerprint: "credentials-fingerprint" };
    case "pulumi-nodejs:dynamic/opconnect:ConnectToken":
      return { versionId: "v1", fingerprint: "token-fingerprint" };
    case "pulumi-nodejs:dynamic/opconnect:CredentialSecret":
      return { secretId: `arn:aws:secretsmanager:eu-central-1:000000000000:secret:${inputs.name}` };
    default:
      return { urnName: name };
  }
}
