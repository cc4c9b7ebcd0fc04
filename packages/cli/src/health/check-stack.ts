import type { StackEnvironment, StackMinted } from "@opconnect/fleet";
import {
  checkCluster,
  type MintedObservation,
  type OpCli,
  observeServer,
  observeToken,
  openStore,
  runCheck,
  runPreflight,
} from "@opconnect/provision";
import { checkAccountToken } from "./check-account-token.ts";
import { checkInCluster, notLookedAt } from "./check-in-cluster.ts";
import type { CheckResult } from "./check-result.ts";
import { judgeMinted, lostVaults } from "./judge-minted.ts";
import { clusterOf, preflightOf } from "./preflight-of.ts";

/** Checks everything that the environments of a stack need. */
export async function checkStack(
  environment: StackEnvironment,
  op: OpCli,
): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  const lostIds: string[] = [];
  const stored = new Map<string, string>();
  const check = async (minted: StackMinted, look: () => Promise<MintedObservation>) => {
    const { kind, name } = minted;
    const result = await runCheck({ check: kind, subject: name }, async () => {
      const observation = await look();
      lostIds.push(...lostVaults(minted, observation));
      const { fingerprint } = observation.tags;
      if (fingerprint !== undefined) stored.set(minted.secretId, fingerprint);
      return judgeMinted(minted, observation);
    });
    results.push(result);
  };
  for (const server of environment.servers) {
    const openServerStore = () => openStore(server.store);
    const preflight = preflightOf(server, environment);
    results.push(...(await runPreflight(preflight, { op, openStore: openServerStore })));
    const look = () => observeServer(server, { op, store: openServerStore() });
    await check(server, look);
  }
  for (const token of environment.tokens) {
    const look = () => observeToken(token, { op, store: openStore(token.store) });
    await check(token, look);
  }
  for (const token of environment.accountTokens) {
    const { result, fingerprint } = await checkAccountToken(token, () => openStore(token.store));
    if (fingerprint !== undefined) stored.set(token.secretId, fingerprint);
    results.push(result);
  }
  if (environment.servers.length === 0) {
    results.push(...(await checkCluster(clusterOf(environment.accountTokens[0], environment))));
  }
  const cluster = results.find((result) => result.check === "cluster");
  const inCluster =
    cluster?.status === "failed"
      ? notLookedAt(environment, "The check cluster failed.")
      : await checkInCluster(environment, { lostVaults: lostIds, stored }, op);
  return [...results, ...inCluster];
}
