import { isConnectError } from "@opconnect/core";
import type { StackEnvironment } from "@opconnect/fleet";
import type { OpCli } from "@opconnect/provision";
import { checkHealth, type WantedHealth } from "@opconnect/provision/health";
import type { CheckResult } from "./check-result.ts";

/** What is known already of the environments of a stack. */
export interface KnownBefore {
  /** Ids of vaults that a Connect server is known to have lost. */
  readonly lostVaults: readonly string[];
  /** SHA-256 of the values that the credential store has, by the ids of its secrets; empty for another. */
  readonly stored: ReadonlyMap<string, string>;
}

/**
 * Looks at what the environments of a stack have in their cluster.
 * @param op `undefined` where Connect alone is to be asked what there is in 1Password.
 */
export async function checkInCluster(
  environment: StackEnvironment,
  known: KnownBefore,
  op: OpCli | undefined,
): Promise<readonly CheckResult[]> {
  const { clusterSecrets, accountTokens, deployments, certificates, items, ...policies } =
    environment;
  const { networkPolicies, accessPolicies } = policies;
  const [first] = clusterSecrets;
  if (first === undefined) return [];
  if (first.isSecret) {
    return notLookedAt(environment, "The stack keeps its kubeconfig encrypted.");
  }
  const { kubeconfig, context } = first;
  const isHere = (secret: (typeof clusterSecrets)[number]) =>
    secret.kubeconfig === kubeconfig && secret.context === context;
  const secrets = clusterSecrets.filter(isHere).map((secret) => ({
    ...secret,
    stored: known.stored.get(secret.secretId ?? ""),
    vaults: vaultsOf(secret.secretId, environment),
  }));
  const givenIds = accountTokens.map(({ secretId }) => secretId);
  const withoutConnect = secrets
    .filter(({ secretId, isOfDeployment }) => isOfDeployment && givenIds.includes(secretId ?? ""))
    .map(({ namespace }) => namespace);
  const elsewhere = clusterSecrets.filter((secret) => !isHere(secret));
  const { lostVaults } = known;
  const cluster = { kubeconfig, context };
  const wanted: WantedHealth = {
    cluster,
    secrets,
    deployments,
    certificates,
    items,
    networkPolicies,
    accessPolicies,
    withoutConnect,
    lostVaults,
  };
  try {
    return [
      ...(await checkHealth(wanted, { op })),
      ...elsewhere.map(({ name }) =>
        skipped("cluster-secret", name, `It is in another cluster than ${first.name}.`),
      ),
    ];
  } catch (error) {
    if (isConnectError(error)) return notLookedAt(environment, error.happened);
    throw error;
  }
}

/** What there is to look at, and why none of it was looked at. */
export function notLookedAt(
  { clusterSecrets, deployments, certificates, items, ...policies }: StackEnvironment,
  because: string,
): readonly CheckResult[] {
  const named = ({ namespace, name }: { readonly namespace: string; readonly name: string }) =>
    `${namespace}/${name}`;
  return [
    ...clusterSecrets.map(({ name }) => skipped("cluster-secret", name, because)),
    ...deployments.map(({ name }) => skipped("deployment", name, because)),
    ...certificates.map(({ name }) => skipped("certificate", name, because)),
    ...policies.networkPolicies.map((policy) => skipped("network-policy", named(policy), because)),
    ...policies.accessPolicies.map(({ name }) => skipped("access-policy", name, because)),
    ...items.map((item) => skipped("item", named(item), because)),
  ];
}

function skipped(check: CheckResult["check"], subject: string, because: string): CheckResult {
  return { check, subject, status: "skipped", happened: `Not looked at. ${because}` };
}

/** The vaults of the token that a secret of the store holds; none if it holds no token of the stack. */
function vaultsOf(secretId: string | undefined, { tokens, vaults }: StackEnvironment) {
  const titles = new Map(vaults.map(({ id, title }) => [id.toLowerCase(), title]));
  return tokens
    .find((token) => token.secretId === secretId)
    ?.vaults.map(({ key, id }) => ({ id, name: titles.get(id.toLowerCase()) ?? key }));
}
