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
  const templates: Partial<Record<"credentialsSecret" | "tokenSecret", string>> = {};
  if (credentialsSecret !== undefined && credentialsSecret !== defaults.credentialsSecret) {
    templates.credentialsSecret = templateOf(credentialsSecret, environment);
    check(templates, credentialsSecret, ({ credentialsSecret: name }) => name, environment);
  }
  for (const [consumer, name] of Object.entries(tokenSecrets)) {
    if (templates.tokenSecret === undefined && name === defaults.tokenSecret(consumer)) continue;
    templates.tokenSecret ??= templateOf(name, environment, consumer);
    check(templates, name, ({ tokenSecret }) => tokenSecret(consumer), environment);
  }
  return templates;
}

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

function check(
  templates: Partial<ConventionTemplates>,
  name: string,
  nameOf: (names: Names) => string,
  environment: EnvironmentId,
): void {
  try {
    if (nameOf(createConvention(templates).names(environment)) === name) return;
  } catch (error) {
    if (!isConnectError(error)) throw error;
  }
  const { client, environment: stage } = environment;
  const wanted = nameOf(createConvention().names(environment));
  throw new ConnectError(
    "ARGUMENT_INVALID",
    `No template makes the name "${name}": it would have to hold "${client}" and "${stage}", and for several tokens each consumer.`,
    `Copy the secret: \`aws secretsmanager get-secret-value --secret-id ${name} --query SecretString --output text | tr -d '\\n' | aws secretsmanager create-secret --name ${wanted} --secret-string file:///dev/stdin\`, then leave the option out.`,
  );
}
