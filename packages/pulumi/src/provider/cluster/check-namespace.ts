import { ConnectError } from "@opconnect/core";
import type { ClusterConnection } from "@opconnect/provision/cluster";

/** Who makes and deletes the namespace of Connect and the operator. */
export type NamespaceOwner = "opconnect" | "platform";

/** What a program says of a namespace. */
export interface NamespaceClaim {
  /** Its name, if the program is known to have one there. */
  readonly namespace?: string | undefined;
  readonly owner: NamespaceOwner;
  /** Whether the state knows the environment. */
  readonly isKnown: boolean;
  /**
   * Whether the last program said that this namespace is opconnect's.
   * @default false
   */
  readonly wasOurs?: boolean | undefined;
}

/**
 * Finds out before anything is made whether the namespace is what the program takes it for. An
 * identity that may not look is let through: the API server then has the last word.
 * @throws `CLUSTER_OBJECT_FOREIGN`, `CLUSTER_STATE_LOST`.
 */
export async function checkNamespace(
  cluster: Pick<ClusterConnection, "readNamespace">,
  { namespace, owner, isKnown, wasOurs = false }: NamespaceClaim,
): Promise<void> {
  if (namespace === undefined) return;
  const found = await cluster.readNamespace(namespace);
  if (found === "hidden") return;
  switch (owner) {
    case "platform":
      // Whatever its labels say by now: what leaves the program is deleted.
      if (found && (found.isOurs || wasOurs)) throw ours(namespace);
      return;
    case "opconnect":
      if (found === undefined) return;
      if (!found.isOurs) throw foreign(namespace);
      if (!isKnown && !takesOver()) throw unknown(namespace);
  }
}

/**
 * @throws `CLUSTER_STATE_LOST` if the namespace of something that the state knows is gone, or going.
 */
export async function requireNamespace(
  cluster: Pick<ClusterConnection, "readNamespace">,
  namespace: string,
): Promise<void> {
  const found = await cluster.readNamespace(namespace);
  if (found === "hidden" || found?.isGoing === false) return;
  throw new ConnectError(
    "CLUSTER_STATE_LOST",
    `The namespace ${namespace} ${found === undefined ? "is gone" : "is being deleted"}, with all that the state knows in it.`,
    `Run \`pulumi up --refresh\`${found === undefined ? "" : " once it is gone"}: that makes anew what is missing. Credentials and vaults are kept.`,
  );
}

/** Whether the Kubernetes provider is told to take over what is there. */
export function takesOver(): boolean {
  return process.env.PULUMI_K8S_UPSERT_EXISTING_OBJECTS === "true";
}

function ours(namespace: string): ConnectError {
  return new ConnectError(
    "CLUSTER_OBJECT_FOREIGN",
    `The namespace ${namespace} was made by opconnect, and \`namespaceOwner\` says that it is the platform's.`,
    "Leave `namespaceOwner` out: an update would delete the namespace. To hand it over, destroy the environment first; its vaults are kept.",
  );
}

function foreign(namespace: string): ConnectError {
  return new ConnectError(
    "CLUSTER_OBJECT_FOREIGN",
    `The namespace ${namespace} is there already, and opconnect did not make it.`,
    '`namespaceOwner: "platform"` has it used as it is and kept. Or give ours another name: `convention.namespace`.',
  );
}

function unknown(namespace: string): ConnectError {
  return new ConnectError(
    "CLUSTER_STATE_LOST",
    `The cluster has the environment's namespace ${namespace} already, made by opconnect, and the state does not know of it.`,
    "If the component was moved or renamed, give it an alias, and nothing else: what the state has under its former name would be deleted. If another stack has the environment, leave it to that one. If the state was lost, set PULUMI_K8S_UPSERT_EXISTING_OBJECTS=true and PULUMI_K8S_ENABLE_PATCH_FORCE=true for one `pulumi up`, which takes over what is there.",
  );
}
