import type { VaultGrant } from "@opconnect/core";
import type { StoreConfig, VaultAccessRequest } from "@opconnect/provision";

/** What a runner is to do: plain data, without a secret. */
export interface Job {
  readonly operation: Work | ByHand;
  /** Environment variables of the runner. */
  readonly env: Readonly<Record<string, string>>;
  readonly store: StoreConfig;
  readonly environment: WantedEnvironment;
  /** What the runner's state knows of: a state file that a killed run did not get to write. */
  readonly known?: KnownEnvironment;
}

/** What opconnect does. */
export type Work =
  | "bring up"
  | "change grants"
  | "rename the server"
  | "edit vaults"
  | "repair values"
  | "tear down";

/** What somebody does past opconnect, before it is its turn. */
export type ByHand =
  | "make a server by hand"
  | "rename the server by hand"
  | "overwrite the values by hand"
  | "lose the credentials"
  | "lose the tokens"
  | "put items into vaults";

/** An environment as its inputs say. */
export interface WantedEnvironment {
  readonly client: string;
  /** Name of the Connect server. */
  readonly serverName: string;
  /** Id of a Connect server made by hand that is taken over, with its vaults. */
  readonly adopts?: string;
  /** Raised to have another server. */
  readonly revision: number;
  /** Raised to have other tokens. */
  readonly tokenRevision: number;
  /** Keys of the vaults that the server is granted. */
  readonly vaults: readonly string[];
  /** How many vaults were added so far. */
  readonly vaultsAdded: number;
  readonly vaultLooks: WantedLooks;
  /** Whether the vaults go with the environment. */
  readonly deletesVaults: boolean;
  /** Keys of the vaults that somebody puts items into: they stay. */
  readonly filled: readonly string[];
  readonly consumers: readonly string[];
}

/** What is said of each vault, and who may do what there. */
export interface WantedLooks extends Required<VaultAccessRequest> {
  readonly description: string;
}

/** Ids of what an earlier run made. */
export interface KnownEnvironment {
  readonly serverId: string;
  readonly serverName: string;
  readonly vaults: readonly VaultGrant[];
  readonly vaultLooks: WantedLooks;
  /** Ids of the tokens by consumer. */
  readonly tokens: Readonly<Record<string, string>>;
  /** By name. */
  readonly secrets: Readonly<Record<string, KnownSecret>>;
}

/** A secret as an earlier run left it. */
export interface KnownSecret {
  readonly secretId: string;
  /** The version that holds our value. */
  readonly versionId: string;
  /** Note of the run that adopted what it opens. */
  readonly claim?: string;
}

/** What a runner prints when a job is done: one line of JSON. */
export interface JobResult {
  /** Message of the error that ended it. */
  readonly error?: string;
}

/** What errors tell their reader to run. */
export const adminCommand = "pulumi up --stack prod";

/** Names of an environment's secrets and objects. */
export function namesOf({ client }: WantedEnvironment) {
  return {
    vault: (key: string) => `${client}-prod-${key}`,
    mark: (key: string) => `opconnect:${client}/prod/${key}`,
    token: (consumer: string) => `${client}-prod-${consumer}`,
    credentialsSecret: `opconnect/${client}/prod/credentials`,
    tokenSecret: (consumer: string) => `opconnect/${client}/prod/${consumer}-token`,
  };
}
