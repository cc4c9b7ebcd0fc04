import type { StoreConfig, VaultGrant } from "@opconnect/provision";

/** What a runner is to do: plain data, without a secret. */
export interface Job {
  readonly operation: "bring up" | "change grants" | "tear down";
  /** Environment variables of the runner. */
  readonly env: Readonly<Record<string, string>>;
  readonly store: StoreConfig;
  readonly environment: WantedEnvironment;
  /** What the runner's state knows of: a state file that a killed run did not get to write. */
  readonly known?: KnownEnvironment;
}

/** An environment as its inputs say. */
export interface WantedEnvironment {
  readonly client: string;
  /** Name of the Connect server. */
  readonly serverName: string;
  /** Raised to have another server. */
  readonly revision: number;
  /** Raised to have other tokens. */
  readonly tokenRevision: number;
  /** Keys of the vaults that the server is granted. */
  readonly vaults: readonly string[];
  /** How many vaults were added so far. */
  readonly vaultsAdded: number;
  readonly consumers: readonly string[];
}

/** Ids of what an earlier run made. */
export interface KnownEnvironment {
  readonly serverId: string;
  readonly vaults: readonly VaultGrant[];
  /** Ids of the tokens by consumer. */
  readonly tokens: Readonly<Record<string, string>>;
  /** Ids of the secrets by name. */
  readonly secretIds: Readonly<Record<string, string>>;
}

/** What a runner prints when a job is done: one line of JSON. */
export interface JobResult {
  /** Message of the error that ended it. */
  readonly error?: string;
}

/** Names of an environment's secrets and objects. */
export function namesOf({ client }: WantedEnvironment) {
  return {
    vault: (key: string) => `${client}-prod-${key}`,
    token: (consumer: string) => `${client}-prod-${consumer}`,
    credentialsSecret: `opconnect/${client}/prod/credentials`,
    tokenSecret: (consumer: string) => `opconnect/${client}/prod/${consumer}-token`,
  };
}
