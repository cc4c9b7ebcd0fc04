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

/** How a store's secrets are named, and copied. */
export interface SecretNaming {
  /** Templates that the program overrides anyway. */
  readonly template: Partial<ConventionTemplates>;
  /** The command that copies a secret, by the names of both. */
  copyCommand(from: string, to: string): string;
}

/**
 * Templates of the convention that give secrets the names they have: a program has no other words
 * for a secret's name.
 * @throws `ARGUMENT_INVALID` if a name cannot be had from a template: then the secret needs another.
 */
export function secretTemplates(
  environment: EnvironmentId,
  { credentialsSecret, tokenSecrets }: ToldSecrets,
  { template, copyCommand }: SecretNaming,
): Partial<ConventionTemplates> {
  const told: (readonly [name: string, consumer?: string])[] = Object.entries(tokenSecrets).map(
    ([consumer, name]) => [name, consumer],
  );
  if (credentialsSecret !== undefined) told.unshift([credentialsSecret]);
  let templates: SecretTemplates = {};
  for (const [name, consumer] of told) {
    const kind = consumer === undefined ? "credentialsSecret" : "tokenSecret";
    // Without a purpose, where the name of the credentials' secret could be read as a token's.
    const changes = [templateOf(name, environment, consumer), templateOf(name, environment)];
    const candidates = changes.map((template) => ({ ...templates, [kind]: template }));
    const fitting = [templates, ...candidates].find((candidate) =>
      makes({ ...template, ...candidate }, name, environment, consumer),
    );
    if (fitting === undefined) {
      const wanted = secretName(template, environment, consumer);
      throw unmade(name, environment, copyCommand(name, wanted));
    }
    templates = fitting;
  }
  return templates;
}

type SecretTemplates = Partial<Pick<ConventionTemplates, "credentialsSecret" | "tokenSecret">>;

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

/** Whether a convention with these templates gives a secret its name. */
function makes(
  templates: Partial<ConventionTemplates>,
  name: string,
  environment: EnvironmentId,
  consumer: string | undefined,
): boolean {
  try {
    return secretName(templates, environment, consumer) === name;
  } catch (error) {
    if (isConnectError(error)) return false;
    throw error;
  }
}

function secretName(
  templates: Partial<ConventionTemplates>,
  environment: EnvironmentId,
  consumer: string | undefined,
) {
  const names = createConvention(templates).names(environment);
  return consumer === undefined ? names.credentialsSecret : names.tokenSecret(consumer);
}

function unmade(
  name: string,
  { client, environment }: EnvironmentId,
  copyCommand: string,
): ConnectError {
  return new ConnectError(
    "ARGUMENT_INVALID",
    `No template makes the name "${name}": it would have to hold "${client}" and "${environment}", and for several tokens each consumer.`,
    `Copy the secret: \`${copyCommand}\`, then leave the option out.`,
  );
}
