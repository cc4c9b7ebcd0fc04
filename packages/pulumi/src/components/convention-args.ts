import type { ConventionTemplates, EnvironmentNames } from "@opconnect/core";
import { createConvention } from "@opconnect/core/convention";

/** Whose things the convention names, and how. */
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

/** @throws `CONVENTION_…`. */
export function namesOf({ convention, ...environment }: ConventionArgs): EnvironmentNames {
  return createConvention(convention).names(environment);
}
