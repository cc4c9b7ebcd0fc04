import { isList, type PropertyMap, textAt } from "../../property-value.ts";
import type { Cluster } from "../cluster.ts";

/**
 * Whether objects like this one live in namespaces. What neither the API server nor one of the
 * definitions given along knows is taken to.
 */
export async function isNamespaced(
  cluster: Cluster,
  object: PropertyMap,
  definitions: readonly PropertyMap[] = [],
): Promise<boolean> {
  const apiVersion = textAt(object, "apiVersion") ?? "";
  const kind = textAt(object, "kind") ?? "";
  const found = await cluster.connection?.discovery.find(apiVersion, kind);
  if (found) return found.namespaced;
  const definition = definitions.find((candidate) => defines(candidate, apiVersion, kind));
  if (definition) return textAt(definition, "spec", "scope") !== "Cluster";
  return !clusterScopedKinds.has(kind);
}

/** Whether a CustomResourceDefinition defines the kind. */
export function defines(definition: PropertyMap, apiVersion: string, kind: string): boolean {
  if (definition.kind !== "CustomResourceDefinition") return false;
  const { spec } = definition;
  const versions =
    typeof spec === "object" && spec !== null && "versions" in spec ? spec.versions : [];
  return (
    textAt(spec, "names", "kind") === kind &&
    isList(versions) &&
    versions.some((version) => `${textAt(spec, "group")}/${textAt(version, "name")}` === apiVersion)
  );
}

/** For a cluster that cannot be asked. */
const clusterScopedKinds = new Set([
  "APIService",
  "ClusterRole",
  "ClusterRoleBinding",
  "CustomResourceDefinition",
  "IngressClass",
  "MutatingWebhookConfiguration",
  "Namespace",
  "Node",
  "PersistentVolume",
  "PriorityClass",
  "StorageClass",
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionPolicyBinding",
  "ValidatingWebhookConfiguration",
]);
