import { watchVariable } from "@opconnect/core";
import type { DeploymentFacts } from "../cluster/inspection/deployment.ts";
import type { ClusterInspection } from "../cluster/inspection/inspect.ts";

/** The operator of an environment, as its Deployment has it. */
export interface Operator {
  readonly namespace: string;
  /** Name of its Deployment. */
  readonly name: string;
  /** ServiceAccount that it runs as. */
  readonly serviceAccount: string;
  /** Version, as the tag of its image says; `undefined` where that says none. */
  readonly version: string | undefined;
  /** Namespaces that it watches; none for all of them. */
  readonly watches: readonly string[] | undefined;
  /** Seconds between two looks for changed items. */
  readonly pollingSeconds: number;
  /** Whether it asks 1Password itself, as a service account. */
  readonly isServiceAccount: boolean;
  /** Address of Connect; empty where it asks 1Password itself. */
  readonly connectUrl: string;
  /** Where its token lies, in its own namespace; none if that is not in a Secret. */
  readonly token: { readonly name: string; readonly key: string } | undefined;
  /** Where the certificates lie that it trusts; none if it trusts what its image does. */
  readonly trust: { readonly name: string; readonly key: string } | undefined;
}

/** Finds the operator among the Deployments of its namespace, by what it is told. */
export async function findOperator(
  namespace: string,
  deployments: readonly DeploymentFacts[],
  cluster: Pick<ClusterInspection, "readConfigMapKey">,
): Promise<Operator | undefined> {
  const found = deployments.find(({ variables }) => variables.has("POLLING_INTERVAL"));
  if (found === undefined) return undefined;
  const { name, serviceAccount, images, variables } = found;
  const read = (variable: string) => readVariable(namespace, found, variable, cluster);
  const watched = await read(watchVariable);
  const polling = Number(await read("POLLING_INTERVAL"));
  const token = variables.get("OP_CONNECT_TOKEN");
  return {
    namespace,
    name,
    serviceAccount,
    version: images.flatMap((image) => versionTag.exec(image)?.[1] ?? [])[0],
    watches: watched === "" ? undefined : watched.split(","),
    isServiceAccount: variables.has("OP_SERVICE_ACCOUNT_TOKEN"),
    connectUrl: await read("OP_CONNECT_HOST"),
    token: token?.from === "secret" ? token : undefined,
    trust: mountedKey(found, "SSL_CERT_FILE"),
    pollingSeconds: Number.isInteger(polling) && polling > 0 ? polling : 600,
  };
}

/** E.g. of `1password/onepassword-operator:1.12.0@sha256:…`. */
const versionTag = /:v?(\d+\.\d+\.\d+)(?:@|$)/;

/** The key of a Secret that a file is, of which a variable has the path. */
function mountedKey({ mounted, variables }: DeploymentFacts, variable: string) {
  const source = variables.get(variable);
  const path = source?.from === "text" ? source.text : "";
  const [, folder = "", key = ""] = /^(.*)\/([^/]+)$/.exec(path) ?? [];
  const name = mounted.get(folder);
  return name === undefined ? undefined : { name, key };
}

/** What the operator is told by a variable; empty if it lies in a Secret, or nowhere. */
async function readVariable(
  namespace: string,
  { variables, configMaps }: DeploymentFacts,
  variable: string,
  cluster: Pick<ClusterInspection, "readConfigMapKey">,
): Promise<string> {
  const source = variables.get(variable);
  if (source?.from === "text") return source.text;
  if (source?.from === "secret") return "";
  const places =
    source === undefined ? configMaps.map((name) => ({ name, key: variable })) : [source];
  for (const { name, key } of places) {
    const found = await cluster.readConfigMapKey(namespace, name, key);
    if (found !== undefined) return found;
  }
  return "";
}
