import type { SecretDescription } from "../store/contract/credential-store.ts";
import { checkCluster } from "./check-cluster.ts";
import { checkOp } from "./check-op.ts";
import { checkStore } from "./check-store.ts";
import type { PreflightEnvironment, PreflightSystems } from "./environment.ts";
import type { PreflightResult } from "./result.ts";
import { checkTokenExpiry } from "./token-expiry.ts";

/**
 * Looks whether everything is in place to mint and deploy an environment. Changes nothing, and does
 * not throw for what it finds: each check has its results, and checks that need one that failed are
 * skipped.
 */
export async function runPreflight(
  environment: PreflightEnvironment,
  systems: PreflightSystems,
): Promise<readonly PreflightResult[]> {
  const { results: store, descriptions } = await checkStore(environment, systems);
  const account = environment.account ?? accountOf(descriptions);
  const [onePassword, cluster, tokens] = await Promise.all([
    checkOp({ ...environment, account }, systems.op),
    checkCluster(environment),
    checkTokenExpiry(descriptions, systems.now ?? new Date()),
  ]);
  return [...onePassword, ...store, ...cluster, ...tokens];
}

/** Id of the account that the stored credentials belong to. */
function accountOf(descriptions: ReadonlyMap<string, SecretDescription>): string | undefined {
  const ids = [...descriptions.values()].map(({ tags }) => tags["opconnect:account-id"]);
  return ids.find((id) => id !== undefined && id !== "");
}
