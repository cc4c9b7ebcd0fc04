import { isSameOnePasswordId } from "@opconnect/core";
import {
  decodeStoreTags,
  type OpCli,
  openStore,
  type PreflightEnvironment,
  runPreflight,
} from "@opconnect/provision";
import type { StackEnvironment, StackMinted } from "../stack/environment.ts";
import { checkItems } from "./check-items.ts";
import { type Finding, findingOf } from "./finding.ts";

/** Checks everything that the environments of a stack need. */
export async function checkStack(
  environment: StackEnvironment,
  op: OpCli,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const server of environment.servers) {
    const preflight = preflightOf(server, environment);
    findings.push(
      ...(await runPreflight(preflight, { op, openStore: () => openStore(server.store) })),
    );
    findings.push(await checkMinted("server", server, server.serverId, op));
  }
  for (const token of environment.tokens) {
    findings.push(await checkMinted("token", token, token.tokenId, op));
  }
  findings.push(...(await checkItems(environment)));
  return findings;
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
    ...(cluster === undefined
      ? {}
      : {
          cluster: { kubeconfig: cluster.kubeconfig, context: cluster.context },
          namespace: cluster.namespace,
        }),
  };
}

/** Looks whether a server or token is alive, and whether the store still holds what state says. */
async function checkMinted(
  check: "server" | "token",
  minted: StackMinted,
  id: string,
  op: OpCli,
): Promise<Finding> {
  const { name, secretId, serverId, versionId } = minted;
  return findingOf(check, name, async () => {
    const description = await openStore(minted.store).describe(secretId);
    if (description === undefined) {
      return failed(
        `The secret ${secretId} is gone, or about to be deleted.`,
        "Run `pulumi refresh`, then `pulumi up`: it is made again or restored.",
      );
    }
    const tags = decodeStoreTags(description.tags);
    const held = check === "server" ? tags.serverId : tags.tokenId;
    if (held === undefined || !isSameOnePasswordId(held, id)) {
      return failed(
        `The stack knows ${id}, the credential store holds ${held ?? "none"}.`,
        "Run `pulumi up`: it takes over what the store holds.",
      );
    }
    if (description.versionId !== versionId) {
      return failed(
        "The value in the credential store is not the one that was deployed.",
        "Run `pulumi up`: it puts the right one back, or makes a new one.",
      );
    }
    const rows = await (check === "server" ? op.listServers() : op.listTokens(serverId));
    const row = rows.find((each) => isSameOnePasswordId(each.id, id));
    if (row?.state === "REVOKED") {
      return failed(
        `${id} was deleted in 1Password.`,
        "Run `pulumi refresh`, then `pulumi up`: a new one is made and rolled out.",
      );
    }
    if (tags.rotate !== undefined) {
      return {
        status: "warning",
        happened: `${id} is to be replaced: that was asked for.`,
        remedy: "Run `pulumi up` to have it done.",
      };
    }
    return { status: "ok", happened: `${id} is alive and stored.` };
  });
}

function failed(happened: string, remedy: string) {
  return { status: "failed", happened, remedy } as const;
}
