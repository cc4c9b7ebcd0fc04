import type { ConventionTemplates, EnvironmentNames } from "@opconnect/core";
import { createConvention } from "@opconnect/core/convention";
import { defaultTemplates } from "@opconnect/core/convention-templates";
import { client, environment } from "../input/names.ts";
import { fields, text } from "../input/schema.ts";

/** Whose things the convention names, and how. Plain, since a preview has to know all names. */
export interface ConventionArgs {
  /** Client: lower-case letters, digits and hyphens, e.g. `"acme"`. */
  readonly client: string;
  /** Environment of the client, e.g. `"prod"`. */
  readonly environment: string;
  /**
   * Templates that override the names, see `createConvention`.
   * @default - `{client}-{environment}-{purpose}` and the like
   */
  readonly convention?: Partial<ConventionTemplates> | undefined;
}

const template = text("a template, a text with placeholders").optional();
const templates = Object.keys(defaultTemplates).map((kind) => [kind, template]);

/** How it is checked whose things are named, and how. */
export const conventionFields = {
  client,
  environment,
  convention: fields<Partial<ConventionTemplates>>(() => Object.fromEntries(templates)).optional(),
};

/** @throws `CONVENTION_…`. */
export function namesOf({ convention, client, environment }: ConventionArgs): EnvironmentNames {
  return createConvention(convention).names({ client, environment });
}
