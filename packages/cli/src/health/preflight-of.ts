import { isSameOnePasswordId } from "@opconnect/core";
import type { StackEnvironment, StackMinted } from "@opconnect/fleet";
import type { PreflightEnvironment } from "@opconnect/provision";

/** What a preflight shall look at for one Connect server and its tokens. */
export function preflightOf(
  server: StackMinted,
  environment: StackEnvironment,
): PreflightEnvironment {
  const { tokens, vaults } = environment;
  const titles = new Map(vaults.map(({ id, title }) => [id.toLowerCase(), title]));
  const ofServer = tokens.filter(({ serverId }) => isSameOnePasswordId(serverId, server.serverId));
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
    ...clusterOf(server, environment),
  };
}

/** In which cluster, and in which namespaces there, an environment lives that has this secret. */
export function clusterOf(
  of: { readonly secretId: string } | undefined,
  { clusterSecrets, clusterRoles, items }: StackEnvironment,
): PreflightEnvironment {
  const readable = clusterSecrets.filter(({ isSecret }) => !isSecret);
  // Others, such as one for External Secrets Operator, are in namespaces that are no environment's.
  const cluster = readable.find(({ secretId }) => secretId === of?.secretId) ?? readable[0];
  return {
    cluster: cluster && { kubeconfig: cluster.kubeconfig, context: cluster.context },
    clusterUid: cluster?.clusterUid,
    namespace: cluster?.namespace,
    clusterRoles,
    itemNamespaces: [...new Set(items.map(({ namespace }) => namespace))],
  };
}
