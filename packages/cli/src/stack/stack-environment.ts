import { type StoreConfig, storeConfigSchema, storeKindOf } from "@opconnect/provision";
import { z } from "zod";

/** What a Pulumi stack says of its environments: ids and settings, never a secret. */
export interface StackEnvironment {
  readonly servers: readonly StackServer[];
  readonly tokens: readonly StackToken[];
  readonly vaults: readonly StackVault[];
  /** Where their own Secrets are written; none if the stack has none. */
  readonly clusters: readonly StackCluster[];
  /** `OnePasswordItem`s, which the operator makes Secrets of. */
  readonly items: readonly StackItem[];
  /** Ids of servers and tokens that were replaced and still await their deletion. */
  readonly leaving: readonly string[];
}

/** A value in the credential store, and what made it. */
export interface StackMinted {
  readonly urn: string;
  /** Name in 1Password. */
  readonly name: string;
  readonly serverId: string;
  readonly secretId: string;
  readonly store: StoreConfig;
  readonly versionId: string;
  /** Vaults granted to the server, or covered by the token. */
  readonly vaults: readonly { readonly key: string; readonly id: string }[];
}

/** A Connect server of a stack. */
export type StackServer = StackMinted;

/** A Connect token of a stack. */
export interface StackToken extends StackMinted {
  readonly consumer: string;
  readonly tokenId: string;
}

/** A vault that the stack made or adopted. */
export interface StackVault {
  readonly title: string;
  readonly id: string;
}

/** Where a `OnePasswordItem` is. */
export interface StackItem {
  readonly namespace: string;
  readonly name: string;
}

/** Where a Secret of an environment is. */
export interface StackCluster {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  readonly namespace: string;
  /** Whether the kubeconfig is content, which the stack keeps encrypted. */
  readonly isSecret: boolean;
}

/**
 * Reads what `pulumi stack export` printed.
 * @param resolveFolder Finds a folder that is relative to the project's.
 */
export function parseStackEnvironment(
  exported: unknown,
  resolveFolder: (folder: string) => string,
): StackEnvironment {
  const { deployment } = deploymentSchema.parse(exported);
  const resources = deployment.resources.filter((resource) => resource.delete !== true);
  const leaving = deployment.resources.filter((resource) => resource.delete === true);
  const ofType = <T>(wanted: string, schema: z.ZodType<T>) =>
    resources
      .filter(({ type }) => type === wanted)
      .flatMap(({ urn, outputs }) => {
        const { success, data } = schema.safeParse(outputs);
        // One that was never finished has no outputs to speak of.
        return success ? [{ ...data, urn }] : [];
      });
  const of = <T>(kind: string, schema: z.ZodType<T>) =>
    ofType(`pulumi-nodejs:dynamic/opconnect:${kind}`, schema);
  const located = <T extends { readonly store: StoreConfig }>(minted: T): T => ({
    ...minted,
    store: storeKindOf(minted.store).relocated(minted.store, resolveFolder),
  });
  return {
    servers: of("ConnectServer", mintedSchema).map(located),
    tokens: of("ConnectToken", tokenSchema).map(located),
    vaults: of("Vault", vaultSchema).map(({ title, vaultId }) => ({ title, id: vaultId })),
    clusters: of("ClusterSecret", clusterSchema).map(({ kubeconfig, context, namespace }) => {
      const isSecret = typeof kubeconfig === "object";
      const path =
        typeof kubeconfig === "string" ? resolveHome(kubeconfig, resolveFolder) : undefined;
      return { kubeconfig: path, context, namespace, isSecret };
    }),
    items: ofType("kubernetes:onepassword.com/v1:OnePasswordItem", itemSchema).map(
      ({ metadata: { namespace, name } }) => ({ namespace, name }),
    ),
    leaving: leaving.flatMap(({ id }) => (id === undefined ? [] : [id])),
  };
}

function resolveHome(path: string, resolve: (folder: string) => string): string {
  return path.startsWith("~") ? path : resolve(path);
}

const deploymentSchema = z.object({
  deployment: z.object({
    resources: z
      .array(
        z.object({
          urn: z.string(),
          type: z.string(),
          id: z.string().optional(),
          delete: z.boolean().optional(),
          outputs: z.record(z.string(), z.unknown()).optional(),
        }),
      )
      .default([]),
  }),
});

const mintedSchema = z.object({
  name: z.string(),
  serverId: z.string(),
  secretId: z.string(),
  versionId: z.string(),
  store: storeConfigSchema,
  vaults: z.array(z.object({ key: z.string(), id: z.string() })),
});

const tokenSchema = mintedSchema.extend({ consumer: z.string(), tokenId: z.string() });

const vaultSchema = z.object({ title: z.string(), vaultId: z.string() });

/** Content of a kubeconfig is a secret of the stack; a path is plain text. */
const clusterSchema = z.object({
  kubeconfig: z.union([z.string(), z.looseObject({})]).optional(),
  context: z.string().optional(),
  namespace: z.string(),
});

const itemSchema = z.object({ metadata: z.object({ namespace: z.string(), name: z.string() }) });
