import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  ConnectError,
  defined,
  isOnePasswordId,
  isSameOnePasswordId,
  parseCredentialsFile,
} from "@opconnect/core";
import { z } from "zod";
import { inTemporaryFolder } from "../process/temporary-folder.ts";
import { isLive } from "./object-state.ts";
import type { OpCall } from "./run/call.ts";
import { unexpectedOutput } from "./run/output.ts";
import type { OpRunner } from "./run/runner.ts";

/** A Connect server as `op` describes it; nothing tells the vaults it is granted. */
export type OpServer = Readonly<z.infer<typeof server>>;

export interface NewServer {
  readonly name: string;
  readonly vaultIds: readonly string[];
  /** Ids of the servers there were before, to tell the new one by if `op` does not name it. */
  readonly knownIds: readonly string[];
}

export interface ServerVault {
  readonly serverId: string;
  readonly vaultId: string;
}

/**
 * The commands for Connect servers.
 * @see https://developer.1password.com/docs/cli/reference/management-commands/connect
 */
export function serverCommands({ run, change, json }: OpRunner) {
  const commands = {
    /** Lists all Connect servers of the account, those deleted included. */
    listServers: (): Promise<readonly OpServer[]> =>
      json(
        { args: ["connect", "server", "list"], purpose: "list the Connect servers" },
        z.array(server),
      ),

    /**
     * Creates a Connect server and hands out its credentials file, which is secret. `op` writes
     * that file, which cannot be had a second time, into its working folder: one made for this
     * call, removed before anything else happens. A server without its credentials file is of no
     * use and is deleted again.
     */
    async createServer(request: NewServer) {
      const { name, vaultIds } = request;
      const vaults = vaultIds.length === 0 ? [] : ["--vaults", vaultIds.join(",")];
      const call: OpCall = {
        args: ["connect", "server", "create", name, ...vaults],
        purpose: `create the Connect server "${name}"`,
        vaultIds,
        changes: true,
      };
      const { stdout, credentialsFile } = await inTemporaryFolder(async (folder) => {
        const printed = await run({ ...call, cwd: folder });
        const path = join(folder, "1password-credentials.json");
        return {
          stdout: printed,
          credentialsFile: await readFile(path, "utf8").catch(() => undefined),
        };
      });
      const id = printedId(stdout) ?? newServerId(await commands.listServers(), request, call);
      try {
        if (credentialsFile === undefined)
          throw unexpectedOutput(call, "it wrote no 1password-credentials.json");
        parseCredentialsFile(credentialsFile);
        return { id, credentialsFile };
      } catch (error) {
        await commands.deleteServer(id).catch(() => {
          throw useless(id, error);
        });
        throw error;
      }
    },

    editServer: ({ id, name }: { readonly id: string; readonly name: string }): Promise<void> =>
      change({
        args: ["connect", "server", "edit", id, "--name", name],
        purpose: `rename the Connect server ${id}`,
      }),

    deleteServer: (id: string): Promise<void> =>
      change({
        args: ["connect", "server", "delete", id],
        purpose: `delete the Connect server ${id}`,
      }),

    /** Grants a vault to a Connect server. `op` may refuse to grant it twice. */
    grantVault: ({ serverId, vaultId }: ServerVault): Promise<void> =>
      change({
        args: ["connect", "vault", "grant", "--server", serverId, "--vault", vaultId],
        purpose: `grant the vault ${vaultId} to the Connect server ${serverId}`,
        vaultIds: [vaultId],
      }),

    /** Revokes a vault from a Connect server. `op` may refuse what was not granted. */
    revokeVault: ({ serverId, vaultId }: ServerVault): Promise<void> =>
      change({
        args: ["connect", "vault", "revoke", "--server", serverId, "--vault", vaultId],
        purpose: `revoke the vault ${vaultId} from the Connect server ${serverId}`,
      }),
  };
  return commands;
}

/** `op` prints text here, also when asked for JSON: `UUID: <id>` on a line of its own. */
function printedId(stdout: string): string | undefined {
  const id = /^\s*UUID:\s*(?<id>\S+)\s*$/m.exec(stdout)?.groups?.id;
  return id !== undefined && isOnePasswordId(id) ? id : undefined;
}

/** Names are not unique, so the new server is the one that was not there before. */
function newServerId(
  servers: readonly OpServer[],
  { name, knownIds }: NewServer,
  call: OpCall,
): string {
  const isKnown = (id: string) => knownIds.some((known) => isSameOnePasswordId(known, id));
  const created = servers.filter(
    (server) => server.name === name && isLive(server) && !isKnown(server.id),
  );
  const [only] = created;
  if (only !== undefined && created.length === 1) return only.id;
  throw unexpectedOutput(call, `it named no id, and ${created.length} new servers have the name`);
}

function useless(id: string, reason: unknown): ConnectError {
  const message = reason instanceof Error ? reason.message : String(reason);
  return new ConnectError(
    "OP_OUTPUT_UNEXPECTED",
    `The Connect server ${id} was created without a usable credentials file, and could not be deleted again. ${message}`,
    `Delete it with \`op connect server delete ${id}\`, then run again.`,
  );
}

const server = z
  .object({
    id: z.string().refine(isOnePasswordId, "no id of 26 letters and digits"),
    name: z.string(),
    /** `"ACTIVE"` or `"REVOKED"`. */
    state: z.string(),
    /** ISO 8601. */
    created_at: z.string().optional(),
  })
  .transform(({ created_at: createdAt, ...rest }) => ({ ...rest, ...defined({ createdAt }) }));
