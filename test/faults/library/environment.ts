import type { StoreConfig } from "@opconnect/provision";
import type { Resource } from "./stack.ts";

/** An environment as its inputs say. */
export interface WantedEnvironment {
  readonly client: string;
  /** Name of the Connect server. */
  readonly serverName: string;
  /** Id of a Connect server made by hand that is taken over, with its vaults. */
  readonly adopts?: string;
  /** Raised to have another server. */
  readonly revision: number;
  /** Raised to have another token. */
  readonly tokenRevision: number;
  /** Keys of the vaults that the server is granted. */
  readonly vaults: readonly string[];
  /** How many vaults were added so far. */
  readonly vaultsAdded: number;
  readonly vaultLooks: WantedLooks;
  /** Whether the vaults go with the environment. */
  readonly deletesVaults: boolean;
  /** Keys of the vaults that a person puts items into: they stay. */
  readonly filled: readonly string[];
}

/** What is said of each vault, and who may do what there. */
export interface WantedLooks {
  readonly description: string;
  readonly groups: Readonly<Record<string, "read" | "read-write" | "manage">>;
  readonly users: WantedLooks["groups"];
}

/** Names of an environment's secrets and objects. */
export function namesOf({ client }: WantedEnvironment) {
  return {
    vault: (key: string) => `${client}-prod-${key}`,
    mark: (key: string) => `opconnect:${client}/prod/${key}`,
    token: `${client}-prod-operator`,
    credentialsSecret: `opconnect/${client}/prod/credentials`,
    tokenSecret: `opconnect/${client}/prod/operator-token`,
  };
}

/** The resources of an environment, in the order in which they need each other. */
export function resourcesOf(
  environment: WantedEnvironment,
  store: StoreConfig,
): readonly Resource[] {
  const { serverName, adopts, revision, tokenRevision, vaultLooks, deletesVaults } = environment;
  const names = namesOf(environment);
  const common = { store, stack: "prod" };
  const grantsOf = (idOf: (resource: string) => string) =>
    environment.vaults.map((key) => ({ key, id: idOf(`vault ${key}`), access: "read" }));
  return [
    secret("credentials", names.credentialsSecret),
    secret("operator", names.tokenSecret),
    ...environment.vaults.map(
      (key): Resource => ({
        name: `vault ${key}`,
        kind: "vault",
        inputs: (idOf) => ({
          ...common,
          ...vaultLooks,
          key,
          title: names.vault(key),
          mark: names.mark(key),
          adopt: adopts !== undefined,
          forConnect: true,
          secretId: idOf("credentials"),
        }),
        retainOnDelete: !deletesVaults,
      }),
    ),
    {
      name: "server",
      kind: "connectServer",
      inputs: (idOf) => ({
        ...common,
        holder: "server",
        name: serverName,
        vaults: grantsOf(idOf),
        secretId: idOf("credentials"),
        revision,
        ...(adopts !== undefined && { adopts }),
      }),
    },
    {
      name: "token",
      kind: "connectToken",
      inputs: (idOf) => ({
        ...common,
        holder: "token",
        name: names.token,
        consumer: "operator",
        serverId: idOf("server"),
        vaults: grantsOf(idOf),
        secretId: idOf("operator"),
        revision: tokenRevision,
      }),
    },
  ];

  function secret(name: string, title: string): Resource {
    return { name, kind: "credentialSecret", inputs: () => ({ holder: name, store, name: title }) };
  }
}
