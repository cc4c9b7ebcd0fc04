/**
 * Properties of resources of some types that a report may name, written as Pulumi writes paths. `*`
 * in a type stands for a run of characters; in a path for any key, index or element, and at its end
 * `**` for all below, where nobody but Kubernetes chooses the keys.
 */
interface ShownKind {
  readonly types: readonly string[];
  /** Those whose values may be shown too. */
  readonly values: readonly string[];
  /** Those of which only the name may be. */
  readonly names?: readonly string[];
}

const own = "pulumi-nodejs:dynamic/opconnect:";

const labels = (at: string) =>
  [
    "app.kubernetes.io/component",
    "app.kubernetes.io/instance",
    "app.kubernetes.io/managed-by",
    "app.kubernetes.io/name",
    "app.kubernetes.io/version",
    "helm.sh/chart",
    "pod-security.kubernetes.io/audit",
    "pod-security.kubernetes.io/enforce",
    "pod-security.kubernetes.io/warn",
    "version",
  ].map((label) => `${at}.labels["${label}"]`);

const pod = "spec.template.spec";

/**
 * What may be shown. Everything else is "changed, not shown", whoever forgot it: a property comes in
 * here once it is known to hold no secret, whatever a program puts there.
 */
export const shownKinds: readonly ShownKind[] = [
  {
    types: [`${own}Vault`],
    values: [
      ...["title", "icon", "adopt", "key", "deleteWithEnvironment", "evenIfNotEmpty"],
      ...["groups.*", "users.*"],
    ],
  },
  {
    types: [`${own}ConnectServer`, `${own}ConnectToken`],
    values: [
      ...["name", "consumer", "revision", "expiresIn", "rotateAfter", "adopts", "witnessed.*"],
      ...["vaults.*.key", "vaults.*.access", "usedIn.namespace", "usedIn.name", "stored.lost"],
      "rotation.because",
    ],
    names: ["rotation.of", "stored.id", "stored.versionId", "vaults.*.id"],
  },
  {
    types: [`${own}CredentialSecret`],
    values: [
      ...["name", "tags.client", "tags.environment", "tags.managed-by", "store.kind"],
      ...["store.region", "store.kmsKeyId", "store.recoveryWindowInDays", "store.readers.*"],
      ...["store.replicaRegions.*", "store.recipients.*"],
    ],
    names: ["store.folder", "store.identityFile"],
  },
  { types: [`${own}ClusterSecret`], values: ["namespace", "name", "key", "base64Key"] },
  {
    types: [`${own}MadeCertificate`],
    values: ["namespace", "name", "trust", "dnsNames.*", "expiresAt", "renewal"],
    names: ["fingerprint"],
  },
  { types: [`${own}GivenCertificate`], values: ["namespace", "name", "host", "written"] },
  {
    types: [`${own}DeliveredSecret`],
    values: [
      ...["from", "from.sopsFile", "from.key.*", "version", "kind", "namespace", "name", "key"],
      ...["repository", "environment"],
    ],
  },
  { types: [`${own}ClusterTarget`], values: ["namespace", "namespaceOwner", "context"] },
  {
    types: [`${own}OnePasswordItem`],
    values: ["namespace", "name", "itemPath", "type", "adopt"],
    names: ['labels["opconnect/credentials"]'],
  },
  {
    types: [`${own}ItemAccessReview`],
    values: [
      "namespaces",
      ...["namespaces", "rules.*.namespaces", "rules.*.items", "rules.*.secretNames"].map(
        (path) => `${path}.*`,
      ),
      "rules.*.secretTypes.*",
    ],
    names: ["rules.*.vaults.*"],
  },
  { types: [`${own}ItemSecret`], values: ["namespace", "name", "itemPath", "type", "needs.*"] },
  { types: [`${own}OperatorScope`], values: ["namespace", "name", "deployment", "namespaces.*"] },
  { types: [`${own}OperatorSync`], values: ["items.*.name", "items.*.namespace"] },
  {
    types: ["kubernetes:*"],
    values: ["apiVersion", "kind", "metadata.name", "metadata.namespace", ...labels("metadata")],
    names: ["metadata.annotations", "metadata.labels"],
  },
  {
    types: ["kubernetes:apps/v1:Deployment*", "kubernetes:apps/v1:StatefulSet*"],
    values: [
      ...["spec.replicas", "spec.strategy.**", `${pod}.serviceAccountName`],
      ...[`${pod}.securityContext.**`, `${pod}.volumes.*.name`],
      ...labels("spec.template.metadata"),
      ...[
        "name",
        "image",
        "imagePullPolicy",
        "resources.*.*",
        "securityContext.**",
        "ports.**",
      ].map((path) => `${pod}.containers.*.${path}`),
      ...["POLLING_INTERVAL", "AUTO_RESTART", "WATCH_NAMESPACE", "OP_SESSION", "OP_HTTP_PORT"].map(
        (name) => `${pod}.containers.*.env.${name}.value`,
      ),
      ...["name", "mountPath", "readOnly", "subPath"].map(
        (path) => `${pod}.containers.*.volumeMounts.*.${path}`,
      ),
    ],
    names: [
      'spec.template.metadata.annotations["opconnect/credentials-fingerprint"]',
      'spec.template.metadata.annotations["opconnect/token-fingerprint"]',
      ...["args", "command", "livenessProbe", "readinessProbe", "envFrom", "env.*.name"].map(
        (path) => `${pod}.containers.*.${path}`,
      ),
      ...["env.*.value", "env.*.valueFrom"].map((path) => `${pod}.containers.*.${path}`),
      ...[`${pod}.initContainers`, `${pod}.volumes.*.secret`, `${pod}.volumes.*.configMap`],
    ],
  },
  {
    types: ["kubernetes:networking.k8s.io/v1:NetworkPolicy"],
    values: ["spec.policyTypes.*"],
    names: ["spec.podSelector", "spec.ingress", "spec.egress"],
  },
  {
    types: ["kubernetes:policy/v1:PodDisruptionBudget"],
    values: ["spec.minAvailable", "spec.maxUnavailable"],
    names: ["spec.selector"],
  },
  { types: ["kubernetes:core/v1:Service"], values: ["spec.type", "spec.ports.**"] },
  {
    types: ["kubernetes:rbac.authorization.k8s.io/v1:*"],
    values: ["rules.**", "roleRef.**", "subjects.**"],
  },
  {
    types: ["kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition*"],
    values: [
      ...["spec.group", "spec.scope", "spec.names.kind", "spec.versions.*.name"],
      ...["spec.versions.*.served", "spec.versions.*.storage"],
    ],
    names: ["spec.versions.*.schema", "spec.versions.*.additionalPrinterColumns"],
  },
  {
    types: ["kubernetes:admissionregistration.k8s.io/*:ValidatingAdmissionPolicy*"],
    values: ["spec.failurePolicy", "spec.policyName", "spec.validationActions.*"],
    names: ["spec.validations", "spec.matchConstraints", "spec.matchConditions"],
  },
  {
    types: ["kubernetes:external-secrets.io/v1:*SecretStore"],
    values: ["spec.conditions.*.namespaces.*"],
    names: ["spec.provider.onepassword", "spec.provider.onepasswordSDK"],
  },
  { types: ["kubernetes:helm.sh/v4:Chart"], values: ["name", "namespace", "chart", "version"] },
  { types: ["pulumi:providers:*"], values: ["context", "namespace", "region", "version"] },
];
