import type { Job, WantedEnvironment } from "./job.ts";

/** An operation whose every call is struck at. */
export interface Operation {
  readonly name: string;
  /** What there has to be before: nothing at all, an environment, or one that was torn down. */
  readonly from: "nothing" | "up" | "torn down";
  readonly job: Job["operation"];
  /** What the environment has to be like before. */
  readonly before?: (environment: WantedEnvironment) => WantedEnvironment;
  /** What it is to be like afterwards. */
  readonly after: (environment: WantedEnvironment) => WantedEnvironment;
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

/** What happens to an environment from first day to last. */
export const operations: readonly Operation[] = [
  { name: "create", from: "nothing", job: "bring up", after: (environment) => environment },
  {
    name: "replace server",
    from: "up",
    job: "bring up",
    after: (environment) => ({ ...environment, revision: environment.revision + 1 }),
  },
  {
    name: "replace tokens",
    from: "up",
    job: "bring up",
    after: (environment) => ({ ...environment, tokenRevision: environment.tokenRevision + 1 }),
  },
  {
    name: "grant a vault",
    from: "up",
    job: "change grants",
    before: (environment) => ({ ...environment, vaults: kept }),
    after: withAnotherVault,
  },
  {
    name: "revoke a vault",
    from: "up",
    job: "change grants",
    before: (environment) =>
      environment.vaults.length > kept.length ? environment : withAnotherVault(environment),
    after: (environment) => ({ ...environment, vaults: kept }),
  },
  { name: "delete", from: "up", job: "tear down", after: (environment) => environment },
  {
    name: "create again",
    from: "torn down",
    job: "bring up",
    after: (environment) => environment,
  },
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
    consumers: ["operator"],
  };
}
