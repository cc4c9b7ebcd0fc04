/** A kind of Kubernetes object, as its Pulumi type names it. */
export interface ObjectType {
  /** `v1`, `apps/v1`, … */
  readonly apiVersion: string;
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** True for `SecretPatch` and the like, which own only some fields of an object. */
  readonly isPatch: boolean;
}

/**
 * Reads a Pulumi type such as `kubernetes:apps/v1:Deployment`.
 * @throws if it is none of a single object: lists, releases, files are not in the stand-in.
 */
export function parseObjectType(type: string): ObjectType {
  const [, group, version, name] = /^kubernetes:([^:/]+)\/([^:/]+):(\w+)$/.exec(type) ?? [];
  const isUnknown = !group || !version || !name || virtualGroups.has(group);
  if (isUnknown || (isBuiltIn(group) && name.endsWith("List"))) {
    throw new Error(`The stand-in kubernetes provider has no ${type}.`);
  }
  const apiGroup = group === "core" ? "" : group;
  const isPatch = isBuiltIn(group) && name.endsWith("Patch");
  return {
    apiVersion: apiGroup === "" ? version : `${apiGroup}/${version}`,
    group: apiGroup,
    version,
    kind: isPatch ? name.slice(0, -"Patch".length) : name,
    isPatch,
  };
}

/** The Pulumi type of an object. */
export function renderObjectType(apiVersion: string, kind: string): string {
  return `kubernetes:${apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`}:${kind}`;
}

/** Whether the API server itself serves the group, so that no custom resource can add to it. */
export function isBuiltIn(group: string): boolean {
  return builtInGroups.has(group);
}

/** Groups of Pulumi's own making. */
const virtualGroups = new Set(["helm.sh", "yaml", "kustomize"]);

const builtInGroups = new Set([
  "",
  "core",
  "admissionregistration.k8s.io",
  "apiextensions.k8s.io",
  "apiregistration.k8s.io",
  "apps",
  "autoscaling",
  "batch",
  "coordination.k8s.io",
  "discovery.k8s.io",
  "events.k8s.io",
  "networking.k8s.io",
  "node.k8s.io",
  "policy",
  "rbac.authorization.k8s.io",
  "scheduling.k8s.io",
  "storage.k8s.io",
]);
