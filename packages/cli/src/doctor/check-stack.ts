import { isSameOnePasswordId } from "@opconnect/core";
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
import type { StackEnvironment, StackMinted } from "../stack/environment.ts";
import { checkItems } from "./check-items.ts";
import { type CheckResult, failed } from "./check-result.ts";

/** Checks everything that the environments of a stack need. */
export async function checkStack(
  environment: StackEnvironment,
  op: OpCli,
): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  for (const server of environment.servers) {
    const openServerStore = () => openStore(server.store);
    const preflight = preflightOf(server, environment);
    results.push(...(await runPreflight(preflight, { op, openStore: openServerStore })));
    const look = () => observeServer(server, { op, store: openServerStore() });
    results.push(await checkMinted(server, look));
  }
  for (const token of environment.tokens) {
    const look = () => observeToken(token, { op, store: openStore(token.store) });
    results.push(await checkMinted(token, look));
  }
  return [...results, ...(await checkItems(environment))];
}

/** What a preflight shall look at for one Connect server and its tokens. */
function preflightOf(
  server: StackMinted,
  { tokens, vaults, clusters }: StackEnvironment,
): PreflightEnvironment {
  const titles = new Map(vaults.map(({ id, title }) => [id.toLowerCase(), title]));
  const ofServer = tokens.filter(({ serverId }) => isSameOnePasswordId(serverId, server.serverId));
  const [cluster] = clusters.filter(({ isSecret }) => !isSecret);
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
  };
}

function checkMinted(minted: StackMinted, look: () => Promise<MintedObservation>) {
  const { kind, name } = minted;
  return runCheck({ check: kind, subject: name }, async () => judged(minted, await look()));
}

/** Says whether a server or token is alive, and whether the store still holds what state says. */
function judged(
  { id, secretId }: StackMinted,
  { stored, presence, tags, holds, failure }: MintedObservation,
): Finding {
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
  if (tags.rotate !== undefined) {
    return {
      status: "warning",
      happened: `${id} is to be replaced: that was asked for.`,
      remedy: "Run `pulumi up` to have it done.",
    };
  }
  return { status: "ok", happened: `${id} is alive and stored.` };
}
