import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { addPerson, createSandboxAccount } from "@opconnect/sandbox";
import { type AccountWorld, lookIntoAccount } from "../judge/account-world.ts";
import { environmentComplaints, type SeenEnvironment } from "../judge/environment-complaints.ts";
import { findLeaks } from "../judge/leaks.ts";
import type { StoredSecret } from "../judge/stored-secret.ts";
import type { ExpectedVault } from "../judge/vault-complaints.ts";
import {
  type Job,
  type KnownEnvironment,
  type KnownSecret,
  namesOf,
  type WantedEnvironment,
} from "./jobs/job.ts";
import type { Lane } from "./lane.ts";
import { newEnvironment } from "./operations.ts";
import type { OpenedStore, StoreUnderTest } from "./store-under-test.ts";

/** An environment that lives through one operation after the other. */
export interface ChainedEnvironment {
  /** What the inputs say now. */
  wanted: WantedEnvironment;
  /** What the last finished run knows; nothing before the first, and after a deletion. */
  known: KnownEnvironment | undefined;
  /** Whether there is nothing yet, or not any more. */
  state: "nothing" | "up" | "torn down";
  /** A job for a runner, with what is known now. */
  job(operation: Job["operation"], environment: WantedEnvironment): Job;
  look(): Promise<SeenEnvironment>;
  /**
   * What is wrong with it if it is to be like this.
   * @param kept What was there before and has to be there still, and nothing else.
   */
  complaints(
    environment: WantedEnvironment,
    gone: boolean,
    kept?: AccountWorld,
  ): Promise<readonly string[]>;
  leaks(texts: Readonly<Record<string, string>>): Promise<readonly string[]>;
  /** Remembers what there is now, as the state of a finished run does. */
  settle(environment: WantedEnvironment, gone: boolean): Promise<void>;
  remove(): Promise<void>;
}

let count = 0;

/** Makes an account of its own, and a store, for an environment that does not exist yet. */
export async function newChain(lane: Lane, kind: StoreUnderTest): Promise<ChainedEnvironment> {
  count += 1;
  // Lanes make theirs at the same time: the name is taken before anything is waited for.
  const first = newEnvironment(`faults${count}x${process.pid}`);
  const folder = await mkdtemp(join(lane.folder, "environment-"));
  const [account, temporary] = [join(folder, "1password"), join(folder, "tmp")];
  for (const made of [account, temporary]) await mkdir(made);
  await createSandboxAccount(account);
  for (const name of ["mia", "adam"]) {
    await addPerson(account, { name, email: `${name}@example.com` });
  }
  const store = await kind.open(folder);
  const env = {
    OPCONNECT_SANDBOX_HOME: account,
    OPCONNECT_SANDBOX_FAULT_FOLDERS: [temporary, ...store.folders].join(":"),
    TMPDIR: temporary,
  };
  /** Keys of all vaults that there ever were: they stay. */
  const keys = new Set(first.vaults);

  const chain: ChainedEnvironment = {
    wanted: first,
    known: undefined,
    state: "nothing",

    job(operation, environment) {
      const known = chain.known === undefined ? {} : { known: chain.known };
      return { operation, env, store: store.config, environment, ...known };
    },

    look: () => look(account, store, first),

    async complaints(environment, gone, kept) {
      const names = namesOf(environment);
      for (const key of environment.vaults) keys.add(key);
      const former = [...keys].filter((key) => !environment.vaults.includes(key));
      const tokens = environment.consumers.map((one) => [names.tokenSecret(one), names.token(one)]);
      return environmentComplaints(await chain.look(), {
        vaults: expectedVaults(environment, gone),
        formerVaults: former.map(names.vault),
        serverName: environment.serverName,
        tokens: Object.fromEntries(tokens),
        credentialsSecret: names.credentialsSecret,
        gone,
        ...(kept === undefined ? {} : { kept }),
      });
    },

    leaks: (texts) => findLeaks(account, { folders: [temporary, ...store.folders], texts }),

    async settle(environment, gone) {
      chain.wanted = environment;
      chain.state = gone ? "torn down" : "up";
      chain.known = gone ? undefined : knownFrom(await chain.look(), environment);
    },

    remove: () => rm(folder, { recursive: true }),
  };
  return chain;
}

function expectedVaults(environment: WantedEnvironment, gone: boolean): readonly ExpectedVault[] {
  const { vaults, filled, deletesVaults, vaultLooks } = environment;
  const names = namesOf(environment);
  const { description, groups, users } = vaultLooks;
  const kept = gone && deletesVaults ? vaults.filter((key) => filled.includes(key)) : vaults;
  return kept.map((key) => ({
    title: names.vault(key),
    description: description === "" ? names.mark(key) : `${description} · ${names.mark(key)}`,
    access: { ...groups, ...users },
  }));
}

async function look(
  account: string,
  store: OpenedStore,
  environment: WantedEnvironment,
): Promise<SeenEnvironment> {
  const names = namesOf(environment);
  const secretNames = [names.credentialsSecret, ...environment.consumers.map(names.tokenSecret)];
  const secrets = await Promise.all(
    secretNames.map(async (name) => [name, await store.look(name)] as const),
  );
  return { account: await lookIntoAccount(account), secrets: Object.fromEntries(secrets) };
}

function knownFrom(seen: SeenEnvironment, environment: WantedEnvironment): KnownEnvironment {
  const { account, secrets } = seen;
  const names = namesOf(environment);
  const idByName = (rows: readonly { id: string; name: string }[], name: string) =>
    rows.find((row) => row.name === name)?.id ?? "";
  return {
    serverId: idByName(account.connectServers, environment.serverName),
    serverName: environment.serverName,
    vaults: environment.vaults.map((key) => ({
      key,
      id: idByName(account.vaults, names.vault(key)),
      access: "read",
    })),
    vaultLooks: environment.vaultLooks,
    tokens: Object.fromEntries(
      environment.consumers.map((one) => [one, idByName(account.connectTokens, names.token(one))]),
    ),
    secrets: Object.fromEntries(
      Object.entries(secrets).map(([name, secret]) => [name, knownSecret(secret)]),
    ),
  };
}

function knownSecret(secret: StoredSecret | undefined): KnownSecret {
  const { secretId = "", versionId = "", tags = {} } = secret ?? {};
  const claim = tags["opconnect:claim"];
  return { secretId, versionId, ...(claim === undefined ? {} : { claim }) };
}
