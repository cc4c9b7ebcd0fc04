import { storeKindOf } from "@opconnect/provision";
import type { z } from "zod";
import {
  clusterSchema,
  exportSchema,
  itemSchema,
  serverSchema,
  tokenSchema,
  vaultSchema,
} from "./resources.ts";

/** What a Pulumi stack says of its environments: ids and settings, never a secret. */
export interface StackEnvironment {
  readonly servers: readonly StackMinted[];
  readonly tokens: readonly (StackMinted & z.infer<typeof tokenSchema>)[];
  readonly vaults: readonly { readonly title: string; readonly id: string }[];
  /** Where their own Secrets are written; none if the stack has none. */
  readonly clusters: readonly StackCluster[];
  /** `OnePasswordItem`s, which the operator makes Secrets of. */
  readonly items: readonly z.infer<typeof itemSchema>["metadata"][];
  /** Ids of servers and tokens that were replaced and still await their deletion. */
  readonly leaving: readonly string[];
}

/** A Connect server or token of a stack, as a value in the credential store. */
export interface StackMinted extends Readonly<z.infer<typeof serverSchema>> {
  readonly urn: string;
  readonly kind: "server" | "token";
  /** Id of the server or token itself. */
  readonly id: string;
}

/** Where a Secret of an environment is. */
interface StackCluster extends Pick<z.infer<typeof clusterSchema>, "context" | "namespace"> {
  readonly kubeconfig: string | undefined;
  /** Whether the kubeconfig is content, which the stack keeps encrypted. */
  readonly isSecret: boolean;
}

/**
 * Reads what `pulumi stack export` printed.
 * @param resolve Finds a path that is relative to the project's folder.
 */
export function parseStackEnvironment(
  exported: unknown,
  resolve: (path: string) => string,
): StackEnvironment {
  const { resources } = exportSchema.parse(exported).deployment;
  const leaving = resources.filter((resource) => resource.delete === true);
  const read = <T>(wanted: string, schema: z.ZodType<T>) =>
    resources
      .filter(({ type, delete: isLeaving }) => type === wanted && isLeaving !== true)
      .flatMap(({ urn, outputs }) => {
        const { success, data } = schema.safeParse(outputs);
        // One that was never finished has no outputs to speak of.
        return success ? [{ ...data, urn }] : [];
      });
  const located = <T extends z.infer<typeof serverSchema>>(minted: T): T => ({
    ...minted,
    store: storeKindOf(minted.store).relocated(minted.store, resolve),
  });
  return {
    servers: read(connect("ConnectServer"), serverSchema).map((server) => ({
      ...located(server),
      kind: "server",
      id: server.serverId,
    })),
    tokens: read(connect("ConnectToken"), tokenSchema).map((token) => ({
      ...located(token),
      kind: "token",
      id: token.tokenId,
    })),
    vaults: read(connect("Vault"), vaultSchema).map(({ title, vaultId: id }) => ({ title, id })),
    clusters: read(connect("ClusterSecret"), clusterSchema).map(
      ({ kubeconfig, context, namespace }) => ({
        kubeconfig: typeof kubeconfig === "string" ? inProject(kubeconfig, resolve) : undefined,
        context,
        namespace,
        isSecret: typeof kubeconfig === "object",
      }),
    ),
    items: read("kubernetes:onepassword.com/v1:OnePasswordItem", itemSchema).map(
      ({ metadata }) => metadata,
    ),
    leaving: leaving.flatMap(({ id }) => id ?? []),
  };
}

function connect(kind: string): string {
  return `pulumi-nodejs:dynamic/opconnect:${kind}`;
}

function inProject(path: string, resolve: (path: string) => string): string {
  return path.startsWith("~") ? path : resolve(path);
}
