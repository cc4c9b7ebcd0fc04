import { ConnectError } from "../error/connect-error.ts";
import { quote } from "../error/quote.ts";
import {
  createEnvironmentNames,
  type EnvironmentId,
  type EnvironmentNames,
} from "./environment-names.ts";
import { forEveryKind, isNameKind, type NameKind } from "./kinds.ts";
import { createNameTemplate } from "./name-template.ts";
import { type ConventionTemplates, defaultTemplates } from "./templates.ts";

/** The rule that turns client, environment and purpose into every name, and names back. */
export interface Convention {
  /** The templates in force, defaults included. */
  readonly templates: ConventionTemplates;
  /**
   * The names of one environment. Different environments never get the same name of a kind.
   * @throws `CONVENTION_VALUE` if client or environment is not lower-case words and hyphens.
   * @throws `CONVENTION_NAME` if a name breaks the rules of its target, its length included.
   * @throws `CONVENTION_AMBIGUOUS` if a name would be read back as another environment's.
   * @throws `CONVENTION_COLLISION` if two kinds would get the same name in one place.
   */
  names(environment: EnvironmentId): EnvironmentNames;
  /** What a name was made of, or nothing if this convention cannot have made it. */
  parse(kind: NameKind, name: string): ParsedName | undefined;
}

/** What a name was made of. */
export interface ParsedName extends EnvironmentId {
  /** Absent where the kind of name, or its template, has none. */
  readonly purpose?: string;
}

/**
 * Creates a convention. Make one and use it for every environment.
 * @param overrides Templates that replace the default ones, e.g.
 * `{ server: "connect {client} {environment}" }`.
 * @throws `CONVENTION_PLACEHOLDER`, `CONVENTION_AMBIGUOUS` or `CONVENTION_NAME` if a template can
 * make no good name.
 * @throws `ARGUMENT_INVALID` if there is no template of that name.
 */
export function createConvention(overrides: Partial<ConventionTemplates> = {}): Convention {
  const unknown = Object.keys(overrides).find((kind) => !isNameKind(kind));
  if (unknown !== undefined) throw unknownTemplate(unknown);
  const templates = forEveryKind((kind) => {
    const { [kind]: template = defaultTemplates[kind] } = overrides;
    return template;
  });
  const compiled = forEveryKind((kind) => createNameTemplate(kind, templates[kind]));
  return {
    templates,
    names: (environment) => createEnvironmentNames(compiled, environment),
    parse: (kind, name) => {
      const { client, environment, purpose } = compiled[kind].parse(name) ?? {};
      if (client === undefined || environment === undefined) return undefined;
      return { client, environment, ...(purpose !== undefined && { purpose }) };
    },
  };
}

function unknownTemplate(kind: string): ConnectError {
  return new ConnectError(
    "ARGUMENT_INVALID",
    `There is no template ${quote(kind)}.`,
    `Override any of ${Object.keys(defaultTemplates).join(", ")}.`,
  );
}
