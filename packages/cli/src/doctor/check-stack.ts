import { isSameOnePasswordId } from "@opconnect/core";
import type { StackEnvironment, StackMinted } from "@opconnect/fleet";
import {
  type Finding,
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
import { type CheckResult, failed } from "./check-result.ts";

/** Checks everything that the environments of a stack need. */
export async function checkStack(
  environment: StackEnvironment,
  op: OpCli,
): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  const lostVaults: string[] = [];
  const check = async (minted: StackMinted, look: () => Promise<MintedObservation>) => {
    const { kind, name } = minted;
    const result = await runCheck({ check: kind, subject: name }, async () => {
      const observation = await look();
      lostVaults.push(...lost(minted, observation));
      return judged(minted, observation);
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
      : await checkInCluster(environment, lostVaults, op);
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
    namespace: cluster?.namespace,
    itemNamespaces: [...new Set(items.map(({ namespace }) => namespace))],
  };
}

/** Ids of the vaults that a server or a token had, and has no more. */
function lost({ vaults }: StackMinted, observation: MintedObservation): readonly string[] {
  if (observation.presence !== "live") return [];
  const kept = observation.vaults.map(({ id }) => id.toLowerCase());
  return vaults.map(({ id }) => id.toLowerCase()).filter((id) => !kept.includes(id));
}

/** Says whether a server or token is alive, and whether the store still holds what state says. */
function judged(minted: StackMinted, observation: MintedObservation): Finding {
  const { id, secretId } = minted;
  const { stored, presence, tags, holds, failure, drift } = observation;
  if (stored === "unknown") throw failure;
  if (stored === "gone") {
    return failed(
      `The secret ${secretId} is gone, or about to be deleted.`,
      "Run `pulumi refresh`, then `pulumi up`: it is made again or restored.",
    );
  }
  if (!isSameOnePasswordId(holds ?? "", id)) {
    return failed(
      `The stack knows ${id}, the credential store holds ${holds ?? "none"}.`,
      "Run `pulumi up`: it takes over what the store holds.",
    );
  }
  if (stored === "displaced" || stored === "empty") {
    return failed(
      "The value in the credential store is not the one that was deployed.",
      "Run `pulumi up`: it puts the right one back, or makes a new one.",
    );
  }
  if (presence === "gone") {
    return failed(
      `${id} was deleted in 1Password.`,
      "Run `pulumi refresh`, then `pulumi up`: a new one is made and rolled out.",
    );
  }
  if (failure !== undefined) throw failure;
  if (drift.length > 0) {
    return {
      status: lost(minted, observation).length > 0 ? "failed" : "warning",
      happened: drift.join(" "),
      remedy: "Run `pulumi refresh`, then `pulumi up`: it is put right.",
    };
  }
  if (tags.rotate !== undefined) {
    return {
      status: "warning",
      happened: `${id} is to be replaced: that was asked for.`,
      remedy: "Run `pulumi up` to have it done.",
    };
  }
  return { status: "ok", happened: `${id} is alive and stored.` };
}
