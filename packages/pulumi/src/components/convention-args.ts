import type { ConventionTemplates, EnvironmentNames } from "@opconnect/core";
import { createConvention } from "@opconnect/core/convention";
import { defaultTemplates } from "@opconnect/core/convention-templates";
import * as z from "zod/mini";
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

/** How it is checked whose things are named, and how. */
export const conventionFields = () => ({
  client,
  environment,
  convention: z.optional(
    fields<Partial<ConventionTemplates>>(() => {
      const template = z.optional(text("a template, a text with placeholders"));
      const kinds = Object.keys(defaultTemplates) as (keyof ConventionTemplates)[];
      return Object.fromEntries(kinds.map((kind) => [kind, template])) as Record<
        keyof ConventionTemplates,
        typeof template
      >;
    }),
  ),
});

/** @throws `CONVENTION_…`. */
export function namesOf({ convention, client, environment }: ConventionArgs): EnvironmentNames {
  return createConvention(convention).names({ client, environment });
}
