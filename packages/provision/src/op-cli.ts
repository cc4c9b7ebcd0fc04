import { isOnePasswordId, type VaultAccess } from "@opconnect/core";
import { z } from "zod";
import { lastLine, parseOpJson } from "./op-output.ts";
import { createOpRun, type OpCommand, type OpRunOptions } from "./op-run.ts";
import { createServer } from "./op-server-create.ts";

/**
 * The commands of the 1Password CLI that minting needs. Each may throw the `OP_…` codes; ids are
 * taken and returned as 1Password writes them, vault ids in lower case.
 * @see https://developer.1password.com/docs/cli/reference/management-commands/connect
 */
export interface OpCli {
  /** Lists the vaults that the person signed in can read. */
  listVaults(): Promise<readonly OpVault[]>;
  getVault(id: string): Promise<OpVault>;
  createVault(vault: NewVault): Promise<OpVault>;
  /** Renames a vault and sets its description. */
  editVault(vault: NewVault & { readonly id: string }): Promise<void>;
  /** Lists all Connect servers of the account, those deleted included. */
  listServers(): Promise<readonly OpServer[]>;
  /** Creates a Connect server and hands out its credentials file, which is secret. */
  createServer(server: NewServer): Promise<CreatedServer>;
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

/** A vault as `op` describes it. */
export interface OpVault {
  readonly id: string;
  readonly name: string;
  /** Only `getVault` and `createVault` know it. */
  readonly description?: string | undefined;
}

/** A vault to be created. */
export interface NewVault {
  readonly title: string;
  readonly description?: string | undefined;
  /** Keyword of an icon, e.g. `"gears"`. */
  readonly icon?: string | undefined;
}

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

  async function json<T>(command: OpCommand, schema: z.ZodType<T>): Promise<T> {
    const args = [...command.args, "--format", "json"];
    return parseOpJson(await run({ ...command, args }), schema, command);
  }

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
    listVaults: () => json({ args: ["vault", "list"], purpose: "list the vaults" }, z.array(vault)),

    getVault: (id) => json({ args: ["vault", "get", id], purpose: `get the vault ${id}` }, vault),

    createVault({ title, description, icon }) {
      const args = [
        "vault",
        "create",
        title,
        ...flag("--description", description),
        ...flag("--icon", icon),
      ];
      return json({ args, purpose: `create the vault "${title}"`, changes: true }, vault);
    },

    async editVault({ id, title, description, icon }) {
      const args = ["vault", "edit", id, "--name", title];
      const looks = [...flag("--description", description), ...flag("--icon", icon)];
      const purpose = `edit the vault ${id}`;
      await run({ args: [...args, ...looks], purpose, changes: true, silent: true });
    },

    listServers,
    createServer: (request) => createServer(request, { run, listServers, deleteServer }),
    deleteServer,

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
const vault = z.object({ id: vaultId, name: z.string(), description: z.string().optional() });
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
