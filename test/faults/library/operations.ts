import type { AccountWorld } from "../judge/account-world.ts";
import type { Sequel } from "../sequel.ts";
import type { WantedEnvironment, WantedLooks } from "./environment.ts";
import type { ByHand, Work } from "./job.ts";

/** An operation whose every call is struck at. */
export interface Operation {
  readonly name: string;
  /** What there has to be before: nothing at all, an environment, or one that was torn down. */
  readonly from: "nothing" | "up" | "torn down";
  readonly work: Work;
  /** What the environment has to be like before. */
  readonly before?: (environment: WantedEnvironment) => WantedEnvironment;
  /** What a person does past opconnect before that. */
  readonly byHand?: ByHand;
  /** Resources that the state lacks by then, as one that was restored from a copy. */
  readonly forgotten?: readonly string[];
  /** What it is to be like afterwards. */
  readonly after: (environment: WantedEnvironment, account: AccountWorld) => WantedEnvironment;
  /** Whether vaults, servers and tokens have to be the very same as before. */
  readonly keepsAll?: boolean;
  /** @default "again" */
  readonly sequel?: Sequel;
  /**
   * Whether only the engine knows of a run that was killed at a call, as of a pending operation: taken
   * back is then what an error has left.
   * @default - of none
   */
  readonly isPendingWhereKilled?: (call: string) => boolean;
}

const kept = ["app"];

/** Each time another one, so that it has to be made each time. */
function withAnotherVault(environment: WantedEnvironment): WantedEnvironment {
  const { vaultsAdded } = environment;
  return {
    ...environment,
    vaults: [...kept, `data${vaultsAdded}`],
    vaultsAdded: vaultsAdded + 1,
  };
}

/** Each time the other of two. */
function withOtherName(environment: WantedEnvironment): WantedEnvironment {
  const { client, serverName } = environment;
  const first = `${client}-prod`;
  return { ...environment, serverName: serverName === first ? `${first}-renamed` : first };
}

const unsaid: WantedLooks = { description: "", groups: {}, users: {} };

const asMade: WantedLooks = {
  description: "as it was made",
  groups: { "Team Members": "read-write" },
  users: { "mia@example.com": "manage" },
};

/** Of each kind of holder one loses what it had, and another gets something. */
const edited: WantedLooks = {
  description: "as it was edited",
  groups: { "Team Members": "read", "Secrets Automation Managers": "read" },
  users: { "adam@example.com": "read-write" },
};

function unchanged(environment: WantedEnvironment): WantedEnvironment {
  return environment;
}

/** What happens to an environment from first day to last. */
const wholeLife: readonly Operation[] = [
  { name: "create", from: "nothing", work: "up", after: unchanged },
  {
    name: "adopt",
    from: "nothing",
    byHand: "make a server by hand",
    work: "up",
    after: (environment, { connectServers: [made] }) => ({
      ...environment,
      adopts: made?.id ?? "none",
    }),
    keepsAll: true,
  },
  {
    name: "replace server",
    from: "up",
    work: "up",
    after: (environment) => ({ ...environment, revision: environment.revision + 1 }),
  },
  {
    name: "replace tokens",
    from: "up",
    work: "up",
    after: (environment) => ({ ...environment, tokenRevision: environment.tokenRevision + 1 }),
  },
  {
    name: "rename the server",
    from: "up",
    work: "up --refresh",
    after: withOtherName,
    keepsAll: true,
  },
  {
    name: "take back a server's name",
    from: "up",
    byHand: "rename the server by hand",
    work: "up --refresh",
    after: unchanged,
    keepsAll: true,
  },
  {
    name: "grant a vault",
    from: "up",
    work: "up",
    before: (environment) => ({ ...environment, vaults: kept }),
    after: withAnotherVault,
  },
  {
    name: "revoke a vault",
    from: "up",
    work: "up",
    before: (environment) =>
      environment.vaults.length > kept.length ? environment : withAnotherVault(environment),
    after: (environment) => ({ ...environment, vaults: kept }),
  },
  {
    name: "edit a vault",
    from: "up",
    work: "up",
    before: (environment) => ({ ...environment, vaultLooks: asMade }),
    after: (environment) => ({ ...environment, vaultLooks: edited }),
    keepsAll: true,
    isPendingWhereKilled: () => true,
  },
  {
    name: "restore overwritten values",
    from: "up",
    byHand: "overwrite the values by hand",
    work: "up",
    after: unchanged,
    keepsAll: true,
  },
  {
    name: "replace lost credentials",
    from: "up",
    byHand: "lose the credentials",
    work: "up",
    after: unchanged,
  },
  {
    name: "replace lost tokens",
    from: "up",
    byHand: "lose the tokens",
    work: "up",
    after: unchanged,
  },
  { name: "delete", from: "up", work: "destroy", after: unchanged },
  {
    name: "delete with vaults",
    from: "up",
    before: (environment) => ({
      ...environment,
      vaults: [...kept, "files"],
      deletesVaults: true,
      filled: ["files"],
    }),
    byHand: "put items into vaults",
    work: "destroy",
    after: unchanged,
  },
  { name: "create again", from: "torn down", work: "up", after: unchanged },
  {
    name: "find server and token again",
    from: "up",
    forgotten: ["server", "token"],
    work: "up",
    after: unchanged,
    keepsAll: true,
  },
  {
    name: "replace a token that the state forgot",
    from: "up",
    forgotten: ["token"],
    work: "up twice",
    after: (environment) => ({ ...environment, tokenRevision: environment.tokenRevision + 1 }),
  },
];

/** What goes on otherwise than by the same run again. */
const otherSequels: readonly (readonly [Sequel, readonly string[]])[] = [
  ["struck again", ["create", "replace server", "replace tokens", "delete"]],
  ["elsewhere", ["create", "replace server", "replace tokens", "delete"]],
  ["taken back", ["grant a vault", "revoke a vault", "edit a vault", "delete"]],
];

/** The operations, each with how it goes on after a strike. */
export const operations: readonly Operation[] = [
  ...wholeLife,
  ...otherSequels.flatMap(([sequel, names]) =>
    wholeLife
      .filter(({ name }) => names.includes(name))
      .map((operation) => ({ ...operation, name: `${operation.name}, ${sequel}`, sequel })),
  ),
];

/** An environment as it begins. */
export function newEnvironment(client: string): WantedEnvironment {
  return {
    client,
    serverName: `${client}-prod`,
    revision: 1,
    tokenRevision: 1,
    vaults: kept,
    vaultsAdded: 0,
    vaultLooks: unsaid,
    deletesVaults: false,
    filled: [],
  };
}
