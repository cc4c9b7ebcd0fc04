import { isSameOnePasswordId } from "@opconnect/core";
import type { StackEnvironment, StackMinted } from "@opconnect/fleet";
import type { PreflightEnvironment } from "@opconnect/provision";

/** What a preflight shall look at for one Connect server and its tokens. */
export function preflightOf(
  server: StackMinted,
  { tokens, vaults, clusterSecrets, items }: StackEnvironment,
): PreflightEnvironment {
  const titles = new Map(vaults.map(({ id, title }) => [id.toLowerCase(), title]));
  const ofServer = tokens.filter(({ serverId }) => isSameOnePasswordId(serverId, server.serverId));
  const readable = clusterSecrets.filter(({ isSecret }) => !isSecret);
  // Others, such as one for External Secrets Operator, are in namespaces that are no environment's.
  const cluster = readable.find(({ secretId }) => secretId === server.secretId) ?? readable[0];
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
