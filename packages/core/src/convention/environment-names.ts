import {
  assertDistinctInNamespace,
  assertDistinctPurposes,
  renderDistinctly,
} from "./name-collision.ts";
import type { NameTemplates } from "./name-template.ts";
import type { NameKind, PurposeKind } from "./templates.ts";
import { checkConventionValue } from "./value.ts";

/** A client's stage: the unit of deployment, one Pulumi stack. */
export interface EnvironmentId {
  /** Lower-case words joined by hyphens, e.g. `"acme"`. */
  readonly client: string;
  /** Lower-case words joined by hyphens, e.g. `"prod"`. */
  readonly environment: string;
}

/** Every name of one environment. Those of several things take their purpose, e.g. `"app"`. */
export interface EnvironmentNames {
  /** Title of the vault with a key. */
  vault(key: string): string;
  /** Connect server. */
  readonly server: string;
  /** Connect token of a consumer, e.g. `"operator"`. */
  token(consumer: string): string;
  /** Secret in the credential store that holds the credentials file. */
  readonly credentialsSecret: string;
  /** Secret in the credential store that holds a consumer's Connect token. */
  tokenSecret(consumer: string): string;
  readonly namespace: string;
  readonly release: string;
  /** Deployment and Service of Connect, hence its host name. */
  readonly connectApplication: string;
  /** Deployment of the operator. */
  readonly operatorApplication: string;
  readonly serviceAccount: string;
  readonly clusterRole: string;
  readonly clusterRoleBinding: string;
  readonly roleBinding: string;
  /** Kubernetes Secret that holds the credentials file. */
  readonly clusterCredentialsSecret: string;
  /** Kubernetes Secret that holds the operator's Connect token. */
  readonly clusterTokenSecret: string;
  /** Pulumi resource. */
  resource(purpose: string): string;
  /**
   * Checks that several purposes give several names, which a template without `{purpose}` prevents.
   * @throws `CONVENTION_COLLISION` if two of them share one.
   */
  assertDistinct(kind: PurposeKind, purposes: readonly string[]): void;
}

/** Renders the names of one environment. */
export function createEnvironmentNames(
  templates: NameTemplates,
  { client, environment }: EnvironmentId,
): EnvironmentNames {
  checkConventionValue("client", client);
  checkConventionValue("environment", environment);
  const name = (kind: NameKind) => renderDistinctly(templates, kind, { client, environment });
  const nameFor = (kind: PurposeKind) => (purpose: string) => {
    checkConventionValue("purpose", purpose);
    return renderDistinctly(templates, kind, { client, environment, purpose });
  };
  const several = {
    vault: nameFor("vault"),
    token: nameFor("token"),
    tokenSecret: nameFor("tokenSecret"),
    resource: nameFor("resource"),
  };
  const single = {
    server: name("server"),
    credentialsSecret: name("credentialsSecret"),
    namespace: name("namespace"),
    release: name("release"),
    connectApplication: name("connectApplication"),
    operatorApplication: name("operatorApplication"),
    serviceAccount: name("serviceAccount"),
    clusterRole: name("clusterRole"),
    clusterRoleBinding: name("clusterRoleBinding"),
    roleBinding: name("roleBinding"),
    clusterCredentialsSecret: name("clusterCredentialsSecret"),
    clusterTokenSecret: name("clusterTokenSecret"),
  };
  assertDistinctInNamespace(templates, single);
  return {
    ...several,
    ...single,
    assertDistinct: (kind, purposes) =>
      assertDistinctPurposes(templates[kind], purposes, several[kind]),
  };
}
