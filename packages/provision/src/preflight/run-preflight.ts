import type { SecretDescription } from "../store/contract/credential-store.ts";
import { skipped, skippedAfter } from "./attempt.ts";
import { checkAccount } from "./check-account.ts";
import { checkCluster } from "./check-cluster.ts";
import { checkMintingRight } from "./check-minting-right.ts";
import { checkOpVersion } from "./check-op-version.ts";
import { checkSignIn } from "./check-sign-in.ts";
import { checkStore } from "./check-store.ts";
import { checkTokenExpiry } from "./check-token-expiry.ts";
import { checkVaultAccess } from "./check-vault-access.ts";
import type { PreflightEnvironment, PreflightSystems } from "./preflight-environment.ts";
import type { PreflightResult } from "./preflight-result.ts";

export type {
  PreflightEnvironment,
  PreflightSecret,
  PreflightSystems,
  PreflightVault,
} from "./preflight-environment.ts";
export type { PreflightCheck, PreflightResult } from "./preflight-result.ts";

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
  const [onePassword, cluster, tokens] = await Promise.all([
    checkOnePassword(environment, descriptions, systems),
    checkCluster(environment),
    checkTokenExpiry(descriptions, systems.now ?? new Date()),
  ]);
  return [...onePassword, ...store, ...cluster, ...tokens];
}

/** The checks that ask `op`, one after the other: each would only repeat the failure of the last. */
async function checkOnePassword(
  environment: PreflightEnvironment,
  descriptions: ReadonlyMap<string, SecretDescription>,
  systems: PreflightSystems,
): Promise<readonly PreflightResult[]> {
  const version = await checkOpVersion(systems);
  const done: PreflightResult[] = [version];
  const rest = ["op-sign-in", "op-account", "minting-right", "vault-access"] as const;
  const skippedRest = (failed: PreflightResult) =>
    rest.slice(done.length - 1).map((check) => skippedAfter(check, failed));

  if (version.status === "failed") return [...done, ...skippedRest(version)];
  const { result: signIn, person } = await checkSignIn(systems);
  done.push(signIn);
  if (signIn.status === "failed") return withFacts([...done, ...skippedRest(signIn)]);
  const expected = environment.account ?? accountOf(descriptions);
  const account = await checkAccount(expected, systems);
  done.push(account);
  if (account.status === "failed") return withFacts([...done, ...skippedRest(account)]);
  done.push(await checkMintingRight(environment, systems));
  const vaults = await checkVaultAccess(environment, person, systems);
  if (vaults.length > 0) return withFacts([...done, ...vaults]);
  return withFacts([...done, skipped("vault-access", "The environment names no vaults.")]);
}

/** Id of the account that the stored credentials belong to. */
function accountOf(descriptions: ReadonlyMap<string, SecretDescription>): string | undefined {
  const ids = [...descriptions.values()].map(({ tags }) => tags["opconnect:account-id"]);
  return ids.find((id) => id !== undefined && id !== "");
}

/** What was established is told along with a refusal that nobody knows. */
function withFacts(results: readonly PreflightResult[]): readonly PreflightResult[] {
  const facts = results.filter(({ status }) => status === "ok").map(({ happened }) => happened);
  return results.map((result) => {
    const isUnknown = result.status === "failed" && result.code === "OP_FAILED";
    if (!isUnknown || facts.length === 0) return result;
    return { ...result, happened: `${result.happened} What is known: ${facts.join(" ")}` };
  });
}
