import { identityCommands } from "./identity.ts";
import { itemCommands } from "./items.ts";
import { KeptList } from "./kept-list.ts";
import { isRefused } from "./refusal.ts";
import { createOpRunner, type OpRunOptions } from "./run/runner.ts";
import { serverCommands } from "./servers.ts";
import { type OpToken, tokenCommands } from "./tokens.ts";
import { vaultAccessCommands } from "./vault-access.ts";
import { type OpVault, vaultCommands } from "./vaults.ts";

/**
 * The commands of the 1Password CLI that minting needs. Each may throw the `OP_…` codes; ids are
 * taken and returned as 1Password writes them, vault ids in lower case.
 */
export type OpCommands = ReturnType<typeof createCommands>;

/**
 * The commands, with the lists they got: many steps of one run need the same ones. A `list…` always
 * asks `op`, a `recent…` takes what was listed shortly before, unless a command of this object has
 * changed it since.
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
  const servers = new KeptList(commands.listServers);
  const readable = new KeptList(() => commands.listVaults());
  const managed = new KeptList(createManagedVaults(commands));
  const tokensOf = new Map<string, KeptList<OpToken>>();
  const tokens = (serverId: string) => {
    const known = tokensOf.get(serverId);
    const list = known ?? new KeptList(() => commands.listTokens(serverId));
    tokensOf.set(serverId, list);
    return list;
  };

  const keeping: OpCommands = {
    ...commands,
    listServers: () => servers.list(),
    listTokens: (serverId) =>
      serverId === undefined ? commands.listTokens() : tokens(serverId).list(),
    listVaults: (filter) => (filter === undefined ? readable.list() : commands.listVaults(filter)),

    /** Adds to the lists: each of an environment's vaults would else list all others anew. */
    async createVault(vault) {
      try {
        const created = await commands.createVault(vault);
        for (const list of [managed, readable]) list.add(created);
        return created;
      } catch (error) {
        // The vault may be there though the answer was lost.
        for (const list of [managed, readable]) list.forget();
        throw error;
      }
    },

    editVault: (edit) =>
      edit.title === undefined
        ? commands.editVault(edit)
        : forgetting([managed, readable], () => commands.editVault(edit)),
    deleteVault: (id) => forgetting([managed, readable], () => commands.deleteVault(id)),
    createServer: (server) => forgetting([servers], () => commands.createServer(server)),
    editServer: (server) => forgetting([servers], () => commands.editServer(server)),
    deleteServer: (id) => forgetting([servers, tokens(id)], () => commands.deleteServer(id)),
    // A token shows the vaults that its server is granted.
    grantVault: (grant) => forgetting([tokens(grant.serverId)], () => commands.grantVault(grant)),
    revokeVault: (grant) => forgetting([tokens(grant.serverId)], () => commands.revokeVault(grant)),
    createToken: (token) => forgetting([tokens(token.serverId)], () => commands.createToken(token)),
    deleteToken: (token) => forgetting([tokens(token.serverId)], () => commands.deleteToken(token)),
  };

  return {
    ...keeping,

    /**
     * Lists the vaults that the person signed in manages, also those that they cannot read: an
     * administrator manages the vaults that others create without seeing them in a plain list.
     */
    listManagedVaults: () => managed.list(),

    /**
     * The vaults that the person manages or can read, as neither list alone shows all; listed
     * within the last two minutes, and asked for within the last 15 seconds.
     * @param since Time before which other runs may have created vaults.
     */
    async recentVaults(since = 0): Promise<readonly OpVault[]> {
      const isRecent = ({ listedAt, usedAt }: { listedAt: number; usedAt: number }) =>
        listedAt >= since && isOfTwoMinutes({ listedAt }) && Date.now() - usedAt <= 15_000;
      const rows = await managed.recent(isRecent);
      const others = await readable.recent(isRecent);
      const ids = new Set(rows.map(({ id }) => id));
      return [...rows, ...others.filter(({ id }) => !ids.has(id))];
    },

    /**
     * The Connect servers as listed within the last two minutes. To a person who may not create
     * any, `op` refuses their list.
     */
    recentServers: () => servers.recent(isOfTwoMinutes),

    /** The tokens of a Connect server, as listed within the last two minutes. */
    recentTokens: (serverId: string) => tokens(serverId).recent(isOfTwoMinutes),
  };
}

function isOfTwoMinutes({ listedAt }: { readonly listedAt: number }): boolean {
  return Date.now() - listedAt <= 120_000;
}

/** Runs a change of what is listed, and forgets also what was listed while it ran. */
async function forgetting<T>(
  lists: readonly Pick<KeptList<never>, "forget">[],
  change: () => Promise<T>,
): Promise<T> {
  for (const list of lists) list.forget();
  try {
    return await change();
  } finally {
    for (const list of lists) list.forget();
  }
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
