import { identityCommands } from "./identity.ts";
import { itemCommands } from "./items.ts";
import { KeptList } from "./kept-list.ts";
import { KeptTokens, revoked } from "./kept-tokens.ts";
import { isRefused } from "./refusal.ts";
import { createOpRunner, type OpRunOptions } from "./run/runner.ts";
import { type OpServer, serverCommands } from "./servers.ts";
import { tokenCommands } from "./tokens.ts";
import { vaultAccessCommands } from "./vault-access.ts";
import { type OpVault, vaultCommands } from "./vaults.ts";

/**
 * The commands of the 1Password CLI that minting needs. Each may throw the `OP_…` codes; ids are
 * taken and returned as 1Password writes them, vault ids in lower case.
 */
export type OpCommands = ReturnType<typeof createCommands>;

/**
 * The commands, with the lists they got: many steps of one run need the same ones. A `list…` asks `op`,
 * once for all who wait for one; a `recent…` takes what was listed within the last two minutes. What
 * commands of this object have changed since shows in both.
 */
export interface OpCli extends ReturnType<typeof keepLists> {}

/** Drives the `op` found on PATH. */
export function createOpCli(options: OpRunOptions = {}): OpCli {
  return keepLists(createCommands(options));
}

function createCommands(options: OpRunOptions) {
  const runner = createOpRunner(options);
  return {
    ...identityCommands(runner),
    ...vaultCommands(runner),
    ...vaultAccessCommands(runner),
    ...itemCommands(runner),
    ...serverCommands(runner),
    ...tokenCommands(runner),
  };
}

/** Keeps what commands list. */
export function keepLists(commands: OpCommands) {
  const servers = new KeptList<OpServer>(commands.listServers);
  const readable = new KeptList<OpVault>(() => commands.listVaults());
  const managed = new KeptList<OpVault>(createManagedVaults(commands));
  const vaults = [managed, readable];
  const tokens = new KeptTokens(commands.listTokens);

  const keeping: OpCommands = {
    ...commands,
    listServers: () => servers.list(),
    listTokens: (serverId) => tokens.list(serverId),
    listVaults: (filter) => (filter === undefined ? readable.list() : commands.listVaults(filter)),

    createVault: (vault) =>
      noting(vaults, commands.createVault(vault), (created) => {
        for (const list of vaults) list.add(created);
      }),
    editVault: (edit) =>
      noting(vaults, commands.editVault(edit), () => {
        const { id, title } = edit;
        if (title === undefined) return;
        for (const list of vaults) list.change(id, (row) => ({ ...row, name: title }));
      }),
    deleteVault: (id) =>
      noting(vaults, commands.deleteVault(id), () => {
        for (const list of vaults) list.remove(id);
      }),
    createServer: (server) =>
      noting([servers], commands.createServer(server), ({ id }) => {
        const createdAt = new Date().toISOString();
        servers.add({ id, name: server.name, state: "ACTIVE", createdAt });
        tokens.begin(id);
      }),
    editServer: (edit) =>
      noting([servers], commands.editServer(edit), () =>
        servers.change(edit.id, (row) => ({ ...row, name: edit.name })),
      ),
    deleteServer: (id) =>
      noting([servers, tokensOf(id)], commands.deleteServer(id), () => {
        servers.change(id, revoked);
        tokens.revokeAll(id);
      }),
    grantVault: (grant) =>
      noting([tokensOf(grant.serverId)], commands.grantVault(grant), () => tokens.grant(grant)),
    revokeVault: (grant) =>
      noting([tokensOf(grant.serverId)], commands.revokeVault(grant), () => tokens.withhold(grant)),
    createToken: (token) =>
      noting([tokensOf(token.serverId)], commands.createToken(token), (value) =>
        tokens.add(token, value),
      ),
    deleteToken: (token) =>
      noting([tokensOf(token.serverId)], commands.deleteToken(token), () => tokens.revoke(token)),
  };

  function tokensOf(serverId: string) {
    return { forget: () => tokens.forget(serverId) };
  }

  return {
    ...keeping,

    /**
     * Lists the vaults that the person signed in manages, also those that they cannot read: an
     * administrator manages the vaults that others create without seeing them in a plain list.
     */
    listManagedVaults: () => managed.list(),

    /**
     * The vaults that the person manages or can read, as neither list alone shows all.
     * @param heldSince Time before which other runs may have created some.
     */
    async recentVaults(heldSince = 0): Promise<readonly OpVault[]> {
      const since = Math.max(heldSince, twoMinutesAgo());
      const rows = await managed.recent(since);
      const others = await readable.recent(since);
      const ids = new Set(rows.map(({ id }) => id));
      return [...rows, ...others.filter(({ id }) => !ids.has(id))];
    },

    /** The Connect servers. To a person who may not create any, `op` refuses their list. */
    recentServers: () => servers.recent(twoMinutesAgo()),

    /** The tokens of a Connect server. After a vault was granted, they may show it or not. */
    recentTokens: (serverId: string) => tokens.recent(serverId, twoMinutesAgo()),

    /** The tokens of a Connect server, with all vaults that it was granted up to now. */
    shownTokens: (serverId: string) =>
      tokens.recent(serverId, Math.max(twoMinutesAgo(), tokens.grantedAt(serverId))),
  };
}

/** When a list that is used may have been begun, in milliseconds since 1970. */
function twoMinutesAgo(): number {
  return Date.now() - 120_000;
}

/**
 * Takes note of a change of what is listed. What failed may have been done all the same, though the
 * answer was lost, and forgets also what was listed meanwhile.
 */
async function noting<T>(
  lists: readonly { forget(): void }[],
  change: Promise<T>,
  note: (made: T) => void,
): Promise<T> {
  const forget = () => {
    for (const list of lists) list.forget();
  };
  const made = await change.catch((error: unknown) => {
    forget();
    throw error;
  });
  try {
    note(made);
  } catch {
    // What was made has no id that can be read.
    forget();
  }
  return made;
}

/**
 * Business accounts know the permission as `manage_vault`, Teams and Families as `allow_managing`;
 * nothing tells beforehand which account this is, and no text is public for an unknown name.
 * @see https://developer.1password.com/docs/cli/vault-permissions
 */
function createManagedVaults({ listVaults }: OpCommands) {
  let spelling: string | undefined;
  const list = async (permission: string): Promise<readonly OpVault[]> => {
    const vaults = await listVaults({ permission });
    spelling = permission;
    return vaults;
  };
  return async () => {
    if (spelling !== undefined) return list(spelling);
    try {
      return await list("manage_vault");
    } catch (error) {
      if (!isRefused(error)) throw error;
      return list("allow_managing");
    }
  };
}
