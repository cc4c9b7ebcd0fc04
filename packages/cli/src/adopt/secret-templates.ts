import {
  ConnectError,
  type ConventionTemplates,
  createConvention,
  type EnvironmentId,
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
  const defaults = createConvention().names(environment);
  let templates: SecretTemplates = {};
  if (credentialsSecret !== undefined && credentialsSecret !== defaults.credentialsSecret) {
    const template = templateOf(credentialsSecret, environment);
    templates = { credentialsSecret: template };
    requireMade(templates, credentialsSecret, ({ credentialsSecret: name }) => name, environment);
  }
  for (const [consumer, name] of Object.entries(tokenSecrets)) {
    const nameOf = ({ tokenSecret }: Names) => tokenSecret(consumer);
    if (makes(templates, name, nameOf, environment)) continue;
    // Without a purpose, where the name of the credentials' secret could be read as a token's.
    const candidates = [templateOf(name, environment, consumer), templateOf(name, environment)].map(
      (tokenSecret) => ({ ...templates, tokenSecret }),
    );
    const [first = {}] = candidates;
    templates = candidates.find((each) => makes(each, name, nameOf, environment)) ?? first;
    requireMade(templates, name, nameOf, environment);
  }
  return templates;
}

type SecretTemplates = Partial<Pick<ConventionTemplates, "credentialsSecret" | "tokenSecret">>;

type Names = ReturnType<ReturnType<typeof createConvention>["names"]>;

/** The name with its words taken for placeholders, each once. */
function templateOf(
  name: string,
  { client, environment }: EnvironmentId,
  purpose?: string,
): string {
  const words = { client, environment, ...(purpose === undefined ? {} : { purpose }) };
  return Object.entries(words).reduce(
    (template, [placeholder, word]) =>
      template.replace(new RegExp(`(?<![\\w{])${word}(?![\\w}])`), `{${placeholder}}`),
    name,
  );
}

/** Whether a convention with these templates gives a secret its name. */
function makes(
  templates: SecretTemplates,
  name: string,
  nameOf: (names: Names) => string,
  environment: EnvironmentId,
): boolean {
  try {
    return nameOf(createConvention(templates).names(environment)) === name;
  } catch (error) {
    if (isConnectError(error)) return false;
    throw error;
  }
}

function requireMade(
  templates: SecretTemplates,
  name: string,
  nameOf: (names: Names) => string,
  environment: EnvironmentId,
): void {
  if (makes(templates, name, nameOf, environment)) return;
  const { client, environment: stage } = environment;
  const wanted = nameOf(createConvention().names(environment));
  throw new ConnectError(
    "ARGUMENT_INVALID",
    `No template makes the name "${name}": it would have to hold "${client}" and "${stage}", and for several tokens each consumer.`,
    `Copy the secret: \`aws secretsmanager get-secret-value --secret-id ${name} --query SecretString --output text | tr -d '\\n' | aws secretsmanager create-secret --name ${wanted} --secret-string file:///dev/stdin\`, then leave the option out.`,
  );
}
