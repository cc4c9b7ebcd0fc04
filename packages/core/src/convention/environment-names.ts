import { byKind, type nameKinds, type PurposeKind, purposeKinds, singleKinds } from "./kinds.ts";
import {
  assertDistinctInNamespace,
  assertDistinctPurposes,
  renderDistinctly,
} from "./name-collision.ts";
import type { NameTemplates } from "./name-template.ts";
import { checkConventionValue } from "./value.ts";

/** A client's stage: the unit of deployment, one Pulumi stack. */
export interface EnvironmentId {
  /** Lower-case words joined by hyphens, e.g. `"acme"`. */
  readonly client: string;
  /** Lower-case words joined by hyphens, e.g. `"prod"`. */
  readonly environment: string;
}

/** Every name of one environment. Those of several things take their purpose, e.g. `"app"`. */
export interface EnvironmentNames extends NamesByKind {
  /**
   * Checks that several purposes give several names, which a template without `{purpose}` prevents.
   * @throws `CONVENTION_COLLISION` if two of them share one.
   */
  assertDistinct(kind: PurposeKind, purposes: readonly string[]): void;
}

type NamesByKind = {
  readonly [Kind in keyof typeof nameKinds]: Kind extends PurposeKind
    ? (purpose: string) => string
    : string;
};

/** Renders the names of one environment. */
export function createEnvironmentNames(
  templates: NameTemplates,
  { client, environment }: EnvironmentId,
): EnvironmentNames {
  checkConventionValue("client", client);
  checkConventionValue("environment", environment);
  const single = byKind(singleKinds, (kind) =>
    renderDistinctly(templates, kind, { client, environment }),
  );
  const several = byKind(purposeKinds, (kind) => (purpose: string) => {
    checkConventionValue("purpose", purpose);
    return renderDistinctly(templates, kind, { client, environment, purpose });
  });
  assertDistinctInNamespace(templates, single);
  return {
    ...several,
    ...single,
    assertDistinct: (kind, purposes) =>
      assertDistinctPurposes(templates[kind], purposes, several[kind]),
  };
}
