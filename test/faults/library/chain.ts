import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { openStore } from "@opconnect/provision";
import { addPerson, createSandboxAccount } from "@opconnect/sandbox";
import { type AccountWorld, lookIntoAccount } from "../judge/account-world.ts";
import { environmentComplaints, type SeenEnvironment } from "../judge/environment-complaints.ts";
import { findLeaks } from "../judge/leaks.ts";
import type { ExpectedVault } from "../judge/vault-complaints.ts";
import type { Lane } from "../lane.ts";
import { runOutLeases } from "../other-machine.ts";
import type { StoreUnderTest } from "../stores.ts";
import { namesOf, type WantedEnvironment } from "./environment.ts";
import type { Job } from "./job.ts";
import { newEnvironment } from "./operations.ts";
import type { StackState } from "./stack.ts";

/** An environment that lives through one operation after the other. */
export interface ChainedEnvironment {
  /** What the inputs say now. */
  wanted: WantedEnvironment;
  /** Whether there is nothing yet, or not any more. */
  stage: "nothing" | "up" | "torn down";
  /** A job for a runner, with the state of the last run that was settled. */
  job(work: Job["work"], environment: WantedEnvironment): Job;
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
  /** Counts the vaults that are there by now among those that stay. */
  keepVaults(): Promise<void>;
  /** Lets the time of all leases pass. */
  runOutLeases(): Promise<void>;
  /** Goes on with the state that a finished run left. */
  settle(environment: WantedEnvironment, gone: boolean, state: StackState): void;
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
  let state: StackState = {};

  const chain: ChainedEnvironment = {
    wanted: first,
    stage: "nothing",

    job: (work, environment) => ({ work, env, store: store.config, environment, state }),

    async look() {
      const { credentialsSecret, tokenSecret } = namesOf(first);
      const secrets = await Promise.all(
        [credentialsSecret, tokenSecret].map(async (name) => [name, await store.look(name)]),
      );
      return { account: await lookIntoAccount(account), secrets: Object.fromEntries(secrets) };
    },

    async complaints(environment, gone, kept) {
      const names = namesOf(environment);
      for (const key of environment.vaults) keys.add(key);
      const former = [...keys].filter((key) => !environment.vaults.includes(key));
      return environmentComplaints(await chain.look(), {
        vaults: expectedVaults(environment, gone),
        formerVaults: former.map(names.vault),
        serverName: environment.serverName,
        tokens: { [names.tokenSecret]: names.token },
        credentialsSecret: names.credentialsSecret,
        gone,
        ...(kept === undefined ? {} : { kept }),
      });
    },

    leaks: (texts) => findLeaks(account, { folders: [temporary, ...store.folders], texts }),

    async keepVaults() {
      const { vaults } = await lookIntoAccount(account);
      const start = namesOf(first).vault("");
      for (const { name } of vaults) keys.add(name.slice(start.length));
    },

    async runOutLeases() {
      const { secrets } = await chain.look();
      const secretIds = Object.values(secrets).flatMap((secret) =>
        secret === undefined || secret.deleted ? [] : [secret.secretId],
      );
      await runOutLeases(openStore(store.config), secretIds);
    },

    settle(environment, gone, settled) {
      chain.wanted = environment;
      chain.stage = gone ? "torn down" : "up";
      state = settled;
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
