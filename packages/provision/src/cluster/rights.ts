/** Something that may be done with one kind of object. */
export interface ClusterPermission {
  readonly verb: "get" | "list" | "watch" | "create" | "update" | "patch" | "delete";
  /** API group; empty for the core group. */
  readonly group: string;
  /** Kind in the plural, e.g. `"deployments"`. */
  readonly resource: string;
  /** A part of its objects, e.g. `"status"`. */
  readonly subresource?: string | undefined;
  /** None for what has no namespace, and for all namespaces. */
  readonly namespace?: string | undefined;
  /** None for all objects of the kind. */
  readonly name?: string | undefined;
}

/** What a request needs. */
export interface RequestRight extends Omit<ClusterPermission, "verb" | "namespace"> {
  readonly verbs: readonly ClusterPermission["verb"][];
  /** Where: nowhere for what is done without where it is denied. */
  readonly in: readonly ("no namespace" | "the environment's" | "those of items")[];
}

/** The namespaces that an environment uses. */
export interface UsedNamespaces {
  /** @default - all, as far as is known */
  readonly namespace?: string | undefined;
  /** @default - all, as far as is known */
  readonly itemNamespaces?: readonly string[] | undefined;
  /**
   * Whether its operator has rights in the whole cluster: it watches all namespaces, or its version is
   * before 1.11.
   * @default - it may
   */
  readonly clusterRoles?: boolean | undefined;
}

const on =
  (group: string, resource: string, ...places: RequestRight["in"]) =>
  (...verbs: RequestRight["verbs"]): RequestRight => ({ group, resource, in: places, verbs });

const configMap = on("", "configmaps", "the environment's");
const deployment = on("apps", "deployments", "the environment's");
const item = on("onepassword.com", "onepassworditems", "those of items");
const ownSecret = on("", "secrets", "the environment's");
const itemSecret = on("", "secrets", "those of items");
const anySecret = on("", "secrets", "the environment's", "those of items");

/** What the requests of `api.ts` need, each by its name there. Server-side apply also creates. */
export const requestRights: Readonly<Record<string, RequestRight>> = {
  readNamespace: { ...on("", "namespaces", "no namespace")("get"), name: "kube-system" },
  findNamespace: on("", "namespaces")("get"),
  readSecret: anySecret("get"),
  readSecretMetadata: itemSecret("get"),
  listSecretMetadata: on("", "secrets")("list"),
  createSecret: itemSecret("create"),
  patchSecret: itemSecret("patch"),
  applySecret: ownSecret("create", "patch"),
  removeAnnotation: ownSecret("patch"),
  deleteSecret: anySecret("delete"),
  listDeployments: deployment("list"),
  readDeployment: deployment("get"),
  patchDeployment: deployment("patch"),
  listPods: on("", "pods", "the environment's")("list"),
  readItem: item("get"),
  applyItem: item("create", "patch"),
  patchItem: item("patch"),
  deleteItem: item("delete"),
  listItems: item("list"),
  readConfigMap: configMap("get"),
  applyConfigMap: configMap("create", "patch"),
  deleteConfigMap: configMap("delete"),
  hasRole: on("rbac.authorization.k8s.io", "roles")("get"),
  hasRoleBinding: on("rbac.authorization.k8s.io", "rolebindings")("get"),
  isAllowedTo: on("authorization.k8s.io", "subjectaccessreviews")("create"),
};

/** What an `ItemAccessPolicy` is made of. */
export const policyPermissions: readonly ClusterPermission[] = [
  "validatingadmissionpolicies",
  "validatingadmissionpolicybindings",
].map((resource) => ({ verb: "create", group: "admissionregistration.k8s.io", resource }));

/** What some operators have besides. */
const clusterRoleRights: readonly RequestRight[] = [
  on("rbac.authorization.k8s.io", "clusterroles", "no namespace")("create"),
  on("rbac.authorization.k8s.io", "clusterrolebindings", "no namespace")("create"),
];

/** What the Kubernetes provider makes of the chart, and beside it. */
const chartRights: readonly RequestRight[] = [
  on("", "namespaces", "no namespace")("create"),
  on("apiextensions.k8s.io", "customresourcedefinitions", "no namespace")("create"),
  on("rbac.authorization.k8s.io", "roles", "the environment's", "those of items")("create"),
  on("rbac.authorization.k8s.io", "rolebindings", "the environment's", "those of items")("create"),
  on("", "serviceaccounts", "the environment's")("create"),
  on("", "services", "the environment's")("create"),
  on("networking.k8s.io", "networkpolicies", "the environment's")("create"),
  on("policy", "poddisruptionbudgets", "the environment's")("create"),
  deployment("create"),
];

/** Everything that the user of a kubeconfig has to be allowed to. */
export function neededPermissions(used: UsedNamespaces): readonly ClusterPermission[] {
  const places: Record<RequestRight["in"][number], readonly (string | undefined)[]> = {
    "no namespace": [undefined],
    "the environment's": [used.namespace],
    "those of items": used.itemNamespaces ?? [undefined],
  };
  const { clusterRoles = true } = used;
  const beside = clusterRoles ? clusterRoleRights : [];
  const all = [...beside, ...chartRights, ...Object.values(requestRights)].flatMap(
    ({ verbs, in: where, ...object }) => {
      const namespaces = where.flatMap((place) => places[place]);
      return namespaces.flatMap((namespace) =>
        verbs.map((verb) => ({ ...object, verb, namespace })),
      );
    },
  );
  return [
    ...new Map([...all, ...policyPermissions].map((each) => [JSON.stringify(each), each])).values(),
  ];
}

/** As `kubectl` writes it, e.g. `create deployments.apps in acme-prod-1password`. */
export function describePermission(permission: ClusterPermission): string {
  const { verb, group, resource, subresource, namespace, name } = permission;
  const part = subresource === undefined ? "" : `/${subresource}`;
  const kind = `${resource}${group === "" ? "" : `.${group}`}${part}`;
  const place = namespace === undefined ? "" : ` in ${namespace}`;
  return `${verb} ${kind}${name === undefined ? "" : `/${name}`}${place}`;
}
