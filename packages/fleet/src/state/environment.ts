import { ConnectError } from "@opconnect/core";
import { type StoreConfig, storeKindOf } from "@opconnect/provision";
import type { z } from "zod";
import {
  accountTokenSchema,
  admissionSchema,
  certificateSchema,
  clusterSecretSchema,
  exportSchema,
  itemSchema,
  itemSecretSchema,
  kubernetesObjectSchema,
  networkPolicySchema,
  serverSchema,
  tokenSchema,
  vaultSchema,
} from "./resources.ts";

/** What a Pulumi stack says of its environments: ids and settings, never a secret. */
export interface StackEnvironment {
  readonly servers: readonly StackMinted[];
  readonly tokens: readonly (StackMinted & z.infer<typeof tokenSchema>)[];
  /** Tokens of service accounts, with which operators ask 1Password itself. */
  readonly accountTokens: readonly StackAccountToken[];
  readonly vaults: readonly { readonly title: string; readonly id: string }[];
  /** Secrets of their own in the cluster; none if the stack has none. */
  readonly clusterSecrets: readonly StackClusterSecret[];
  /** Deployments of the chart. */
  readonly deployments: readonly StackObject[];
  /** Certificates that Connect serves TLS with, by the Secrets that they are in. */
  readonly certificates: readonly StackCertificate[];
  /** NetworkPolicies around them. */
  readonly networkPolicies: readonly (StackObject & { readonly spec: unknown })[];
  /** Policies that guard its namespaces' items, with what their bindings specify. */
  readonly accessPolicies: readonly StackAccessPolicy[];
  /** Whether its operator has rights in the whole cluster. */
  readonly clusterRoles: boolean;
  /** `OnePasswordItem`s, which the operator makes Secrets of, and keys that these have to have. */
  readonly items: readonly (StackObject & { readonly keys: readonly string[] })[];
  /** What was replaced and still awaits its deletion, such as servers and tokens. */
  readonly leaving: readonly { readonly urn: string; readonly id: string }[];
}

/** A Connect server or token of a stack, as a value in the credential store. */
export interface StackMinted extends Readonly<z.infer<typeof serverSchema>> {
  readonly urn: string;
  readonly kind: "server" | "token";
  /** Id of the server or token itself. */
  readonly id: string;
}

/** The token of a service account, as a value in the credential store that a stack has read. */
export type StackAccountToken = Readonly<z.infer<typeof accountTokenSchema>>;

/** Where an object of the cluster is. */
export interface StackObject {
  readonly namespace: string;
  readonly name: string;
}

/** A certificate, and whether opconnect makes it. */
interface StackCertificate extends Readonly<z.infer<typeof certificateSchema>> {
  readonly isMade: boolean;
}

/** A policy of admission and what its binding specifies; `undefined` where there is none. */
interface StackAccessPolicy {
  readonly name: string;
  readonly spec: unknown;
  readonly binding: unknown;
}

/** A Secret in the cluster that holds a value of the credential store. */
interface StackClusterSecret
  extends Readonly<Omit<z.infer<typeof clusterSecretSchema>, "kubeconfig">> {
  readonly kubeconfig: string | undefined;
  /** Whether the kubeconfig is content, which the stack keeps encrypted. */
  readonly isSecret: boolean;
  /** Whether the pods of a deployment beside it run with it. */
  readonly isOfDeployment: boolean;
}

/**
 * Reads what `pulumi stack export` printed.
 * @param resolve Finds a path that is relative to the project's folder.
 */
export function parseStackEnvironment(
  exported: unknown,
  resolve: (path: string) => string,
): StackEnvironment {
  const { data, error } = exportSchema.safeParse(exported);
  if (error !== undefined) throw notUnderstood(error);
  const { resources } = data.deployment;
  const leaving = resources.filter((resource) => resource.delete === true);
  const read = <T>(wanted: RegExp | string, schema: z.ZodType<T>) =>
    resources
      .filter(({ type, urn, delete: isLeaving }) => {
        const isWanted = typeof wanted === "string" ? type === wanted : wanted.test(urn);
        return isWanted && isLeaving !== true;
      })
      .flatMap(({ urn, outputs }) => {
        const { success, data } = schema.safeParse(outputs);
        // One that was never finished has no outputs to speak of.
        return success ? [{ ...data, urn }] : [];
      });
  const needed = read(connect("ItemSecret"), itemSecretSchema);
  const bindings = read(accessBinding, admissionSchema);
  const located = <T extends { readonly store: StoreConfig }>(stored: T): T => ({
    ...stored,
    store: storeKindOf(stored.store).relocated(stored.store, resolve),
  });
  return {
    servers: read(connect("ConnectServer"), serverSchema).map((server) => ({
      ...located(server),
      kind: "server",
      id: server.serverId,
    })),
    tokens: read(connect("ConnectToken"), tokenSchema).map((token) => ({
      ...located(token),
      kind: "token",
      id: token.tokenId,
    })),
    accountTokens: read(connect("ServiceAccountToken"), accountTokenSchema).map(located),
    vaults: read(connect("Vault"), vaultSchema).map(({ title, vaultId: id }) => ({ title, id })),
    clusterSecrets: read(connect("ClusterSecret"), clusterSecretSchema)
      .map(({ kubeconfig, urn, ...secret }) => ({
        ...secret,
        isOfDeployment: urn.includes("opconnect:index:ConnectDeployment$"),
        kubeconfig: typeof kubeconfig === "string" ? inProject(kubeconfig, resolve) : undefined,
        isSecret: typeof kubeconfig === "object",
      }))
      .toSorted(byName),
    deployments: read(chartDeployment, kubernetesObjectSchema)
      .map(({ metadata }) => metadata)
      .toSorted(byName),
    certificates: [true, false]
      .flatMap((isMade) =>
        read(connect(isMade ? "MadeCertificate" : "GivenCertificate"), certificateSchema).map(
          ({ namespace, name, fingerprint }) => ({ namespace, name, fingerprint, isMade }),
        ),
      )
      .toSorted(byName),
    networkPolicies: read(networkPolicy, networkPolicySchema)
      .map(({ metadata: { namespace, name }, spec }) => ({ namespace, name, spec }))
      .toSorted(byName),
    accessPolicies: read(accessPolicy, admissionSchema)
      .map(({ metadata: { name }, spec }) => ({
        name,
        spec,
        binding: bindings.find(({ metadata }) => metadata.name === name)?.spec,
      }))
      .toSorted((one, other) => (one.name < other.name ? -1 : 1)),
    clusterRoles: read(clusterRole, admissionSchema.pick({ metadata: true })).length > 0,
    items: [connect("OnePasswordItem"), "kubernetes:onepassword.com/v1:OnePasswordItem"]
      .flatMap((type) => read(type, itemSchema))
      .map(({ namespace, name }) => ({
        namespace,
        name,
        keys: needed
          .filter((each) => each.namespace === namespace && each.name === name)
          .flatMap(({ needs }) => needs),
      }))
      .toSorted(byName),
    leaving: leaving.flatMap(({ urn, id }) => (id === undefined ? [] : [{ urn, id }])),
  };
}

/** The engine writes them in the order in which they were done. */
function byName(one: StackObject, other: StackObject): number {
  return `${one.namespace}/${one.name}` < `${other.namespace}/${other.name}` ? -1 : 1;
}

/** URN of a Deployment that a `ConnectDeployment` made. */
const chartDeployment = /opconnect:index:ConnectDeployment\$.*\$kubernetes:apps\/v1:Deployment::/;

/** URN of a NetworkPolicy that a `ConnectDeployment` made. */
const networkPolicy =
  /opconnect:index:ConnectDeployment\$.*kubernetes:networking\.k8s\.io\/v1:NetworkPolicy::/;

/** URN of a ClusterRole that a `ConnectDeployment` made. */
const clusterRole =
  /opconnect:index:ConnectDeployment\$.*kubernetes:rbac\.authorization\.k8s\.io\/v1:ClusterRole::/;

/** URN of a policy that an `ItemAccessPolicy` made. */
const accessPolicy = /opconnect:index:ItemAccessPolicy\$.*:ValidatingAdmissionPolicy::/;

/** URN of a binding that an `ItemAccessPolicy` made. */
const accessBinding = /opconnect:index:ItemAccessPolicy\$.*:ValidatingAdmissionPolicyBinding::/;

function connect(kind: string): string {
  return `pulumi-nodejs:dynamic/opconnect:${kind}`;
}

function inProject(path: string, resolve: (path: string) => string): string {
  return path.startsWith("~") ? path : resolve(path);
}

function notUnderstood({ issues: [issue] }: z.ZodError): ConnectError {
  const place = issue?.path.join(".") || "its whole";
  return new ConnectError(
    "PULUMI_FAILED",
    `What \`pulumi stack export\` printed is not understood: ${place} is not what it should be.`,
    "Look at `pulumi version`, which should be 3, and at what `pulumi stack export` prints.",
  );
}
