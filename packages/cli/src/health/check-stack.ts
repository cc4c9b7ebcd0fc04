import { isSameOnePasswordId } from "@opconnect/core";
import type { StackEnvironment, StackMinted } from "@opconnect/fleet";
import {
  type MintedObservation,
  type OpCli,
  observeServer,
  observeToken,
  openStore,
  type PreflightEnvironment,
  runCheck,
  runPreflight,
} from "@opconnect/provision";
import { checkInCluster, notLookedAt } from "./check-in-cluster.ts";
import type { CheckResult } from "./check-result.ts";
import { judgeMinted, lostVaults } from "./judge-minted.ts";

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
  const cluster = results.find((result) => result.check === "cluster");
  const inCluster =
    cluster?.status === "failed"
      ? notLookedAt(environment, "The check cluster failed.")
      : await checkInCluster(environment, { lostVaults: lostIds, stored }, op);
  return [...results, ...inCluster];
}

/** What a preflight shall look at for one Connect server and its tokens. */
function preflightOf(
  server: StackMinted,
  { tokens, vaults, clusterSecrets, items }: StackEnvironment,
): PreflightEnvironment {
  const titles = new Map(vaults.map(({ id, title }) => [id.toLowerCase(), title]));
  const ofServer = tokens.filter(({ serverId }) => isSameOnePasswordId(serverId, server.serverId));
  const [cluster] = clusterSecrets.filter(({ isSecret }) => !isSecret);
  return {
    vaults: server.vaults.map(({ key, id }) => ({
      id,
      title: titles.get(id.toLowerCase()) ?? key,
    })),
    serverId: server.serverId,
    secrets: [
      { name: "credentials", secretId: server.secretId },
      ...ofServer.map(({ consumer, secretId }) => ({ name: consumer, secretId })),
    ],
    cluster: cluster && { kubeconfig: cluster.kubeconfig, context: cluster.context },
    clusterUid: cluster?.clusterUid,
    namespace: cluster?.namespace,
    itemNamespaces: [...new Set(items.map(({ namespace }) => namespace))],
  };
}
