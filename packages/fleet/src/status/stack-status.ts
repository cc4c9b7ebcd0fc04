import {
  ConnectError,
  isConnectError,
  isOnePasswordId,
  isSameOnePasswordId,
} from "@opconnect/core";
import {
  type CredentialStore,
  findAccountToken,
  observeSecret,
  openStore,
  type SecretObservation,
} from "@opconnect/provision";
import type { FleetStack } from "../stacks/stack.ts";
import {
  parseStackEnvironment,
  type StackAccountToken,
  type StackEnvironment,
  type StackMinted,
} from "../state/environment.ts";
import { parseInstallation, type StackInstallation } from "../state/installation.ts";
import type { CredentialStatus, StackStatus, VaultReach } from "./model.ts";

/**
 * How the environment of a stack is, from what `pulumi stack export` printed and the tags of its
 * secrets. Reads no value, asks neither 1Password nor the cluster.
 * @param resolve Finds a path that is relative to the project's folder.
 * @throws `PULUMI_STACK_UNSUITED` if the stack has no environment.
 */
export async function describeStatus(
  { name, client, environment }: Pick<FleetStack, "name" | "client" | "environment">,
  exported: unknown,
  resolve: (path: string) => string,
): Promise<StackStatus> {
  const state = parseStackEnvironment(exported, resolve);
  const minted = [...state.servers, ...state.tokens];
  if (minted.length + state.accountTokens.length === 0) throw noEnvironment(name);
  const installation = parseInstallation(exported);
  const { updatedAt, cluster, chart, connect, operator, drift } = installation;
  return {
    stack: name,
    client,
    environment,
    updatedAt: updatedAt?.toISOString(),
    cluster,
    chart,
    connect,
    operator,
    credentials: await Promise.all([
      ...minted.map(credentialStatus),
      ...state.accountTokens.map((token) => accountStatus(token, state)),
    ]),
    reach: reachOf(state, installation),
    drift,
  };
}

async function credentialStatus(
  minted: StackMinted & { readonly consumer?: string; readonly rotateAfter?: string | undefined },
): Promise<CredentialStatus> {
  const { kind, name, id, consumer, store } = minted;
  const observed = await observeSecret(minted, { store: openStore(store) });
  const { tags, rotation } = observed;
  return {
    kind,
    name,
    id,
    consumer,
    mintedAt: tags.mintedAt?.toISOString(),
    expiresAt: tags.expiresAt?.toISOString(),
    rotation: rotation?.because,
    notes: notesOf(minted, observed),
  };
}

/** Whether an operator signs in with it; External Secrets Operator may, for one. */
function isOperators({ secretId }: StackAccountToken, { clusterSecrets }: StackEnvironment) {
  return clusterSecrets.some((secret) => secret.isOfDeployment && secret.secretId === secretId);
}

/** An admin makes it, so the store knows neither its age nor its end. */
async function accountStatus(
  token: StackAccountToken,
  state: StackEnvironment,
): Promise<CredentialStatus> {
  const { secret, secretId, store } = token;
  const status = { kind: "account-token", name: secret, id: secretId } as const;
  const consumer = isOperators(token, state) ? "operator" : undefined;
  return { ...status, consumer, notes: await accountNotes(token, openStore(store)) };
}

async function accountNotes(
  { secret, versionId, store: config }: StackAccountToken,
  store: CredentialStore,
): Promise<readonly string[]> {
  try {
    const stored = await findAccountToken(config, secret, store);
    if (stored.versionId === versionId) return [];
    return ["The store has another token, which the next update rolls out."];
  } catch (error) {
    if (isConnectError(error)) return [error.happened];
    throw error;
  }
}

function notesOf(
  { id, kind }: StackMinted,
  { stored, holds, tags, drift, failure }: SecretObservation,
): readonly string[] {
  if (failure !== undefined) return [failure.happened];
  if (stored === "behind") {
    return [`The store has an older ${kind}, ${holds}: if it is a clone, pull.`];
  }
  const isAnother = !isSameOnePasswordId(holds ?? "", id);
  if (isAnother && holds !== undefined) {
    return [`The store has another ${kind}, ${holds}, which the next update rolls out.`];
  }
  const { minting, leaving } = tags;
  return [
    ...drift,
    ...(minting === undefined ? [] : ["A minting was cut short: mint again."]),
    ...(leaving === undefined ? [] : ["What it has replaced is to be revoked: mint again."]),
  ];
}

function reachOf(state: StackEnvironment, installation: StackInstallation): readonly VaultReach[] {
  const { watched, items } = installation;
  const isAlone = state.accountTokens.some((token) => isOperators(token, state));
  const ofAccounts = isAlone ? reachOfAccount(installation) : [];
  const ofTokens = state.tokens.flatMap(({ consumer, vaults }) => {
    const isInCluster = consumer === "operator";
    return vaults.map(({ key: vault, id: vaultId, access }): VaultReach => {
      const namespaces = watched === undefined || watched.length === 0 ? "all" : watched;
      const held = items.filter(({ itemPath }) => isInVault(itemPath, vaultId, state.vaults));
      return {
        vault,
        vaultId,
        access,
        consumer,
        isInCluster,
        namespaces: isInCluster ? namespaces : [],
        secrets: isInCluster ? held.map(({ namespace, name }) => `${namespace}/${name}`) : [],
      };
    });
  });
  return [...ofTokens, ...ofAccounts];
}

/** What a service account may read was said when it was made: of that, items show what is used. */
function reachOfAccount({ watched, items }: StackInstallation): readonly VaultReach[] {
  const vaults = new Set(items.map(({ itemPath }) => itemPath.split("/")[1] ?? ""));
  return [...vaults].map((vault) => ({
    vault,
    ...(isOnePasswordId(vault) && { vaultId: vault }),
    access: "read",
    consumer: "operator",
    isInCluster: true,
    namespaces: watched === undefined || watched.length === 0 ? "all" : watched,
    secrets: items
      .filter(({ itemPath }) => itemPath.split("/")[1] === vault)
      .map(({ namespace, name }) => `${namespace}/${name}`),
  }));
}

/** A path names its vault by id, or by title. */
function isInVault(itemPath: string, vaultId: string, titles: StackEnvironment["vaults"]): boolean {
  const [, vault = ""] = /^vaults\/([^/]+)\/items\//.exec(itemPath) ?? [];
  const { title } = titles.find(({ id }) => isSameOnePasswordId(id, vaultId)) ?? {};
  return vault === title || isSameOnePasswordId(vault, vaultId);
}

function noEnvironment(stack: string): ConnectError {
  return new ConnectError(
    "PULUMI_STACK_UNSUITED",
    `The stack ${stack} has no environment: neither a Connect server or token, nor the token of a service account.`,
    `Make one with \`pulumi up --stack ${stack}\`, or name other stacks.`,
  );
}
