import {
  ConnectError,
  type ConventionTemplates,
  createConvention,
  type EnvironmentId,
  type EnvironmentNames,
  isConnectError,
} from "@opconnect/core";

/** Names that secrets have in the store, where they are not the convention's. */
export interface ToldSecrets {
  readonly credentialsSecret?: string | undefined;
  /** By consumer. */
  readonly tokenSecrets: Readonly<Record<string, string>>;
}

/**
 * Templates of the convention that give secrets the names they have: a program has no other words
 * for a secret's name.
 * @throws `ARGUMENT_INVALID` if a name cannot be had from a template: then the secret needs another.
 */
export function secretTemplates(
  environment: EnvironmentId,
  { credentialsSecret, tokenSecrets }: ToldSecrets,
): Partial<ConventionTemplates> {
  const told: Told[] = Object.entries(tokenSecrets).map(([consumer, name]) => ({
    name,
    kind: "tokenSecret",
    consumer,
    nameOf: ({ tokenSecret }) => tokenSecret(consumer),
  }));
  if (credentialsSecret !== undefined) {
    const nameOf = (names: EnvironmentNames) => names.credentialsSecret;
    told.unshift({ name: credentialsSecret, kind: "credentialsSecret", nameOf });
  }
  let templates: SecretTemplates = {};
  for (const { name, kind, consumer, nameOf } of told) {
    // Without a purpose, where the name of the credentials' secret could be read as a token's.
    const changes = [templateOf(name, environment, consumer), templateOf(name, environment)];
    const candidates = changes.map((template) => ({ ...templates, [kind]: template }));
    const fitting = [templates, ...candidates].find(
      (candidate) => nameMadeBy(candidate, nameOf, environment) === name,
    );
    if (fitting === undefined) throw unmade(name, nameOf, environment);
    templates = fitting;
  }
  return templates;
}

type SecretTemplates = Partial<Pick<ConventionTemplates, "credentialsSecret" | "tokenSecret">>;

interface Told {
  readonly name: string;
  readonly kind: keyof SecretTemplates;
  readonly consumer?: string;
  readonly nameOf: (names: EnvironmentNames) => string;
}

/** The name with its words taken for placeholders, each once. */
function templateOf(name: string, { client, environment }: EnvironmentId, purpose = ""): string {
  return Object.entries({ client, environment, purpose })
    .filter(([, word]) => word !== "")
    .reduce(
      (template, [placeholder, word]) =>
        template.replace(new RegExp(`(?<![\\w{])${word}(?![\\w}])`), `{${placeholder}}`),
      name,
    );
}

/** The name that a convention with these templates gives; none if there is no such convention. */
function nameMadeBy(
  templates: SecretTemplates,
  nameOf: Told["nameOf"],
  environment: EnvironmentId,
): string | undefined {
  try {
    return nameOf(createConvention(templates).names(environment));
  } catch (error) {
    if (isConnectError(error)) return undefined;
    throw error;
  }
}

function unmade(name: string, nameOf: Told["nameOf"], environment: EnvironmentId): ConnectError {
  const { client, environment: stage } = environment;
  const wanted = nameOf(createConvention().names(environment));
  return new ConnectError(
    "ARGUMENT_INVALID",
    `No template makes the name "${name}": it would have to hold "${client}" and "${stage}", and for several tokens each consumer.`,
    `Copy the secret: \`aws secretsmanager get-secret-value --secret-id ${name} --query SecretString --output text | tr -d '\\n' | aws secretsmanager create-secret --name ${wanted} --secret-string file:///dev/stdin\`, then leave the option out.`,
  );
}
