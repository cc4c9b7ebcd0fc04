import {
  dnsLabel,
  dnsLabelAfterLetter,
  dnsName,
  type NameRule,
  onePasswordName,
  pulumiResourceName,
  secretsManagerName,
} from "./name-rule.ts";

/** A kind of name. Templates, names, their checks and docs/naming.md follow from its row. */
export interface NameKindRow {
  /** What has the name, as docs/naming.md says it. */
  readonly names: string;
  readonly template: string;
  /** A purpose, for an example, where an environment has several things of the kind. */
  readonly purpose?: string;
  /** What its target accepts. */
  readonly rule: NameRule;
  /** Where no two kinds may have one name: the store of all environments, or one namespace. */
  readonly among?: "secrets of the store" | "Deployments" | "Secrets";
}

/** The kinds of names, as documentation lists them. */
export const nameKinds = {
  /** Title of a vault. May use `{purpose}`, the vault's key. */
  vault: {
    names: "the vault with the key `app`",
    template: "{client}-{environment}-{purpose}",
    purpose: "app",
    rule: { ...onePasswordName, target: "a 1Password vault" },
  },
  /** Name of the Connect server in 1Password. */
  server: {
    names: "the Connect server",
    template: "{client}-{environment}",
    rule: { ...onePasswordName, target: "a Connect server" },
  },
  /** Name of a Connect token in 1Password. May use `{purpose}`, the token's consumer. */
  token: {
    names: "the Connect token of a consumer",
    template: "{client}-{environment}-{purpose}",
    purpose: "operator",
    rule: { ...onePasswordName, target: "a Connect token" },
  },
  /** Name of the secret in the credential store that holds the credentials file. */
  credentialsSecret: {
    names: "the credentials file in AWS Secrets Manager",
    template: "opconnect/{client}/{environment}/credentials",
    rule: secretsManagerName,
    among: "secrets of the store",
  },
  /** Name of the secret in the credential store that holds a Connect token. May use `{purpose}`. */
  tokenSecret: {
    names: "a consumer's token in AWS Secrets Manager",
    template: "opconnect/{client}/{environment}/{purpose}-token",
    purpose: "operator",
    rule: secretsManagerName,
    among: "secrets of the store",
  },
  /** Kubernetes namespace of the Connect deployment and the operator. */
  namespace: {
    names: "the namespace of Connect and the operator",
    template: "{client}-{environment}-1password",
    rule: {
      ...dnsLabel,
      target: "a Kubernetes namespace",
      refuse: (name) =>
        name.startsWith("kube-") ? "begins with kube-, Kubernetes' own" : undefined,
    },
  },
  /** Helm release of the chart. */
  release: {
    names: "the Helm release",
    template: "{client}-{environment}-connect",
    // https://helm.sh/docs/chart_template_guide/getting_started: room for suffixes within 63.
    rule: { ...dnsName, target: "a Helm release", maximumLength: 53 },
  },
  /** Deployment and Service of Connect, hence its host name. */
  connectApplication: {
    names: "Deployment and Service of Connect, hence its host name",
    template: "{client}-{environment}-connect",
    // Its Service obeys RFC 1035, and the chart makes it a label and a container's name as well.
    rule: { ...dnsLabelAfterLetter, target: "a Kubernetes Service" },
    among: "Deployments",
  },
  /** Deployment of the operator. */
  operatorApplication: {
    names: "the operator's Deployment",
    template: "{client}-{environment}-connect-operator",
    // A longer name or one with dots is legal, but garbles the host names of its pods:
    // https://kubernetes.io/docs/concepts/workloads/controllers/deployment/
    rule: { ...dnsLabel, target: "a Kubernetes Deployment" },
    among: "Deployments",
  },
  /** ServiceAccount of the operator. */
  serviceAccount: {
    names: "the operator's ServiceAccount",
    template: "{client}-{environment}-onepassword-operator",
    rule: dnsName,
  },
  /** Role of the operator in each namespace that it watches. */
  role: {
    names: "its Role in each namespace that it watches",
    template: "{client}-{environment}-onepassword-operator",
    rule: dnsName,
  },
  /** RoleBinding of the operator in each namespace that it watches. */
  roleBinding: {
    names: "its RoleBinding in each namespace that it watches",
    template: "{client}-{environment}-onepassword-operator",
    rule: dnsName,
  },
  /** ClusterRole of the operator, which it has only if it watches the whole cluster. */
  clusterRole: {
    names: 'its ClusterRole, only with `watchNamespaces: "all"`',
    template: "{client}-{environment}-onepassword-operator",
    rule: dnsName,
  },
  /** ClusterRoleBinding of the operator. */
  clusterRoleBinding: {
    names: 'its ClusterRoleBinding, only with `watchNamespaces: "all"`',
    template: "{client}-{environment}-onepassword-operator",
    rule: dnsName,
  },
  /** An `ItemAccessPolicy` appends a hyphen and what each of its policies is for. */
  accessPolicy: {
    names: "its ValidatingAdmissionPolicies; what each is for is appended",
    template: "{client}-{environment}-onepassword",
    // 253, less `-deployments`.
    rule: { ...dnsName, target: "a ValidatingAdmissionPolicy", maximumLength: 241 },
  },
  /** Kubernetes Secret that holds the credentials file. */
  clusterCredentialsSecret: {
    names: "the Kubernetes Secret with the credentials file",
    template: "{client}-{environment}-credentials",
    rule: dnsName,
    among: "Secrets",
  },
  /** Kubernetes Secret that holds the operator's Connect token. */
  clusterTokenSecret: {
    names: "the Kubernetes Secret with the token",
    template: "{client}-{environment}-token",
    rule: dnsName,
    among: "Secrets",
  },
  /** Kubernetes Secret that holds Connect's certificate and its key. */
  clusterCertificate: {
    names: "the Kubernetes Secret with its certificate, with `tls: true`",
    template: "{client}-{environment}-connect-tls",
    rule: dnsName,
    among: "Secrets",
  },
  /** Kubernetes Secret that holds what the operator trusts. */
  clusterTrust: {
    names: "the Kubernetes Secret with what the operator trusts, likewise",
    template: "{client}-{environment}-connect-trust",
    rule: dnsName,
    among: "Secrets",
  },
  /** ConfigMap with the namespaces that the operator watches. */
  watchedNamespaces: {
    names: "the ConfigMap with the namespaces the operator watches",
    template: "{client}-{environment}-watched-namespaces",
    rule: dnsName,
  },
  /** Pulumi resource. May use `{purpose}`. */
  resource: {
    names: "Pulumi resources",
    template: "{client}-{environment}-{purpose}",
    purpose: "server",
    rule: pulumiResourceName,
  },
} as const satisfies Readonly<Record<string, NameKindRow>>;

/** What a convention can name. */
export type NameKind = keyof typeof nameKinds;

/** What an environment can have several of, told apart by their purpose. */
export type PurposeKind = {
  [Kind in NameKind]: (typeof nameKinds)[Kind] extends Pick<Required<NameKindRow>, "purpose">
    ? Kind
    : never;
}[NameKind];

/** The row of a kind. */
export function rowOf(kind: NameKind): NameKindRow {
  return nameKinds[kind];
}

export function isNameKind(text: string): text is NameKind {
  return Object.hasOwn(nameKinds, text);
}

export function isPurposeKind(kind: NameKind): kind is PurposeKind {
  return rowOf(kind).purpose !== undefined;
}

const kinds = Object.keys(nameKinds).filter(isNameKind);

/** Kinds of which an environment has several things. */
export const purposeKinds = kinds.filter(isPurposeKind);

/** Kinds of which an environment has one thing. */
export const singleKinds = kinds.filter((kind) => !isPurposeKind(kind));

/** Something for every kind. */
export function forEveryKind<T>(make: (kind: NameKind) => T): Readonly<Record<NameKind, T>> {
  return byKind(kinds, make);
}

/** Something for each of several kinds. */
export function byKind<K extends NameKind, T>(
  kinds: readonly K[],
  make: (kind: K) => T,
): Readonly<Record<K, T>>;
export function byKind<K extends NameKind, T>(
  kinds: readonly K[],
  make: (kind: K) => T,
): Readonly<Record<string, T>> {
  return Object.fromEntries(kinds.map((kind) => [kind, make(kind)]));
}
