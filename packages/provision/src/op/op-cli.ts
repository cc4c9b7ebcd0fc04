import { isOnePasswordId, type VaultAccess } from "@opconnect/core";
import { z } from "zod";
import { createServer } from "./create-server.ts";
import { createOpIdentity, type OpIdentity } from "./identity.ts";
import { createOpJson } from "./op-json.ts";
import { lastLine } from "./op-output.ts";
import { createOpRun, type OpCommand, type OpRunOptions } from "./run-op.ts";
import { createOpVaultAccess, type OpVaultAccess } from "./vault-access.ts";
import { createOpVaults, type OpVaults } from "./vaults.ts";

/**
 * The commands of the 1Password CLI that minting needs. Each may throw the `OP_…` codes; ids are
 * taken and returned as 1Password writes them, vault ids in lower case.
 * @see https://developer.1password.com/docs/cli/reference/management-commands/connect
 */
export interface OpCli extends OpIdentity, OpVaults, OpVaultAccess {
  /** Lists all Connect servers of the account, those deleted included. */
  listServers(): Promise<readonly OpServer[]>;
  /** Creates a Connect server and hands out its credentials file, which is secret. */
  createServer(server: NewServer): Promise<CreatedServer>;
  /** Renames a Connect server. */
  editServer(server: { readonly id: string; readonly name: string }): Promise<void>;
  deleteServer(id: string): Promise<void>;
  /** Grants a vault to a Connect server. Granting it twice is no error. */
  grantVault(grant: ServerVault): Promise<void>;
  /** Revokes a vault from a Connect server. Revoking what was not granted is no error. */
  revokeVault(grant: ServerVault): Promise<void>;
  /** Lists the Connect tokens of a server, or of all of them, those revoked included. */
  listTokens(serverId?: string): Promise<readonly OpToken[]>;
  /** Creates a Connect token and returns its JWT, which is secret. */
  createToken(token: NewToken): Promise<string>;
  deleteToken(token: { readonly id: string; readonly serverId: string }): Promise<void>;
}

export type { NewVault, OpVault, VaultEdit, VaultFilter } from "./vaults.ts";

/** A Connect server as `op` describes it; nothing tells the vaults it is granted. */
export interface OpServer {
  readonly id: string;
  readonly name: string;
  /** `"ACTIVE"` or `"REVOKED"`. */
  readonly state: string;
  /** ISO 8601. */
  readonly createdAt?: string | undefined;
}

/** A Connect server to be created. */
export interface NewServer {
  readonly name: string;
  readonly vaultIds: readonly string[];
  /** Ids of the servers there were before, to tell the new one by if `op` does not name it. */
  readonly knownIds: readonly string[];
}

/** A Connect server just created. */
export interface CreatedServer {
  readonly id: string;
  /** Content of `1password-credentials.json`. Secret. */
  readonly credentialsFile: string;
}

/** A vault and the Connect server it is granted to. */
export interface ServerVault {
  readonly serverId: string;
  readonly vaultId: string;
}

/** A Connect token as `op` describes it. */
export interface OpToken {
  readonly id: string;
  readonly name: string;
  /** `"ACTIVE"` or `"REVOKED"`. */
  readonly state: string;
  /** Id of the Connect server that it is for. */
  readonly serverId?: string | undefined;
  /** ISO 8601. */
  readonly createdAt?: string | undefined;
  /** Vaults it covers, with the names of its permissions, e.g. `"allow_viewing"`. */
  readonly vaults: readonly { readonly id: string; readonly acl: readonly string[] }[];
}

/** A Connect token to be created. */
export interface NewToken {
  readonly name: string;
  readonly serverId: string;
  readonly vaults: readonly { readonly id: string; readonly access: VaultAccess }[];
  /** Life time as `op` takes it, e.g. `"90d"`. */
  readonly expiresIn?: string | undefined;
}

/** Drives the `op` found on PATH. */
export function createOpCli(options: OpRunOptions = {}): OpCli {
  const run = createOpRun(options);

  const json = createOpJson(run);

  const listServers = () =>
    json(
      { args: ["connect", "server", "list"], purpose: "list the Connect servers" },
      z.array(server),
    );

  const deleteServer = async (id: string) => {
    const purpose = `delete the Connect server ${id}`;
    await run({ args: ["connect", "server", "delete", id], purpose, changes: true, silent: true });
  };

  return {
    ...createOpIdentity(run, json),
    ...createOpVaults(run, json),
    ...createOpVaultAccess(run, json),

    listServers,
    createServer: (request) => createServer(request, { run, listServers, deleteServer }),
    deleteServer,

    async editServer({ id, name }) {
      const args = ["connect", "server", "edit", id, "--name", name];
      const purpose = `rename the Connect server ${id}`;
      await run({ args, purpose, changes: true, silent: true });
    },

    async grantVault({ serverId, vaultId }) {
      await run({
        args: ["connect", "vault", "grant", "--server", serverId, "--vault", vaultId],
        purpose: `grant the vault ${vaultId} to the Connect server ${serverId}`,
        vaultIds: [vaultId],
        changes: true,
        silent: true,
        alreadyDone: /already (been )?(granted|has access)|already has access/i,
      });
    },

    async revokeVault({ serverId, vaultId }) {
      await run({
        args: ["connect", "vault", "revoke", "--server", serverId, "--vault", vaultId],
        purpose: `revoke the vault ${vaultId} from the Connect server ${serverId}`,
        changes: true,
        silent: true,
        alreadyDone: /(not|n't) (been )?granted|server .*(does not|doesn't) have access/i,
      });
    },

    listTokens: (serverId) => {
      const args = ["connect", "token", "list", ...flag("--server", serverId)];
      const whose =
        serverId === undefined ? "all Connect servers" : `the Connect server ${serverId}`;
      return json({ args, purpose: `list the tokens of ${whose}` }, z.array(token));
    },

    async createToken({ name, serverId, vaults, expiresIn }) {
      const scope = vaults.flatMap(({ id, access }) => [
        "--vault",
        `${id},${access === "read" ? "r" : "rw"}`,
      ]);
      const command: OpCommand = {
        args: [
          "connect",
          "token",
          "create",
          name,
          "--server",
          serverId,
          ...scope,
          ...flag("--expires-in", expiresIn),
        ],
        purpose: `create the Connect token "${name}"`,
        vaultIds: vaults.map(({ id }) => id),
        changes: true,
      };
      return lastLine(await run(command));
    },

    async deleteToken({ id, serverId }) {
      const args = ["connect", "token", "delete", id, "--server", serverId];
      await run({ args, purpose: `delete the Connect token ${id}`, changes: true, silent: true });
    },
  };
}

function flag(name: string, value: string | undefined): readonly string[] {
  return value === undefined ? [] : [name, value];
}

const vaultId = z.string().refine(isOnePasswordId, "no id of 26 letters and digits").toLowerCase();
const server = z
  .object({
    id: z.string().refine(isOnePasswordId, "no id of 26 letters and digits"),
    name: z.string(),
    state: z.string(),
    created_at: z.string().optional(),
  })
  .transform(({ created_at: createdAt, ...rest }) => ({ ...rest, createdAt }));
const token = z
  .object({
    id: z.string().min(1),
    name: z.string(),
    state: z.string(),
    integration_id: z.string().optional(),
    created_at: z.string().optional(),
    vaults: z.array(z.object({ id: vaultId, acl: z.array(z.string()) })).default([]),
  })
  .transform(({ integration_id: serverId, created_at: createdAt, ...rest }) => ({
    ...rest,
    serverId,
    createdAt,
  }));
