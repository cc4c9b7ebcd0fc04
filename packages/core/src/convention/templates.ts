/** How each name of an environment is put together, e.g. `"{client}-{environment}-connect"`. */
export interface ConventionTemplates {
  /** Title of a vault. May use `{purpose}`, the vault's key. */
  readonly vault: string;
  /** Name of the Connect server in 1Password. */
  readonly server: string;
  /** Name of a Connect token in 1Password. May use `{purpose}`, the token's consumer. */
  readonly token: string;
  /** Name of the secret in the credential store that holds the credentials file. */
  readonly credentialsSecret: string;
  /** Name of the secret in the credential store that holds a Connect token. May use `{purpose}`. */
  readonly tokenSecret: string;
  /** Kubernetes namespace of the Connect deployment and the operator. */
  readonly namespace: string;
  /** Helm release of the chart. */
  readonly release: string;
  /** Deployment and Service of Connect, hence its host name. */
  readonly connectApplication: string;
  /** Deployment of the operator. */
  readonly operatorApplication: string;
  readonly serviceAccount: string;
  readonly clusterRole: string;
  readonly clusterRoleBinding: string;
  /** The chart appends a hyphen and the watched namespace. */
  readonly roleBinding: string;
  /** Kubernetes Secret that holds the credentials file. */
  readonly clusterCredentialsSecret: string;
  /** Kubernetes Secret that holds the operator's Connect token. */
  readonly clusterTokenSecret: string;
  /** Pulumi resource. May use `{purpose}`. */
  readonly resource: string;
}

/** What a convention can name. */
export type NameKind = keyof ConventionTemplates;

/** What an environment can have several of, told apart by their purpose. */
export type PurposeKind = (typeof purposeKinds)[number];

export const purposeKinds = ["vault", "token", "tokenSecret", "resource"] as const;

/**
 * Good for hundreds of clients in one 1Password account, one AWS account and one cluster: every
 * name holds client and environment. A client may contain hyphens, an environment and a purpose may
 * not: see {@link doubleHyphenTemplates}.
 */
export const defaultTemplates: ConventionTemplates = {
  vault: "{client}-{environment}-{purpose}",
  server: "{client}-{environment}",
  token: "{client}-{environment}-{purpose}",
  credentialsSecret: "opconnect/{client}/{environment}/credentials",
  tokenSecret: "opconnect/{client}/{environment}/{purpose}-token",
  namespace: "{client}-{environment}-1password",
  release: "{client}-{environment}-connect",
  connectApplication: "{client}-{environment}-connect",
  operatorApplication: "{client}-{environment}-connect-operator",
  serviceAccount: "{client}-{environment}-onepassword-operator",
  clusterRole: "{client}-{environment}-onepassword-operator",
  clusterRoleBinding: "{client}-{environment}-onepassword-operator",
  roleBinding: "{client}-{environment}-onepassword-operator",
  clusterCredentialsSecret: "{client}-{environment}-credentials",
  clusterTokenSecret: "{client}-{environment}-token",
  resource: "{client}-{environment}-{purpose}",
};

/**
 * The default templates with two hyphens between placeholders, for environments such as `eu-prod`
 * and purposes such as `app-db`: `acme--eu-prod--app-db` can be read in one way only.
 */
export const doubleHyphenTemplates: ConventionTemplates = {
  ...defaultTemplates,
  vault: "{client}--{environment}--{purpose}",
  server: "{client}--{environment}",
  token: "{client}--{environment}--{purpose}",
  namespace: "{client}--{environment}-1password",
  release: "{client}--{environment}-connect",
  connectApplication: "{client}--{environment}-connect",
  operatorApplication: "{client}--{environment}-connect-operator",
  serviceAccount: "{client}--{environment}-onepassword-operator",
  clusterRole: "{client}--{environment}-onepassword-operator",
  clusterRoleBinding: "{client}--{environment}-onepassword-operator",
  roleBinding: "{client}--{environment}-onepassword-operator",
  clusterCredentialsSecret: "{client}--{environment}-credentials",
  clusterTokenSecret: "{client}--{environment}-token",
  resource: "{client}--{environment}--{purpose}",
};
