import { setTimeout as sleep } from "node:timers/promises";
import { lookIntoAccount } from "../faults/judge/account-world.ts";
import { secretsManagerWorld } from "../faults/judge/secrets-manager-world.ts";
import { storedSecrets } from "../harness/look/stored-secrets.ts";
import { lookIntoCluster } from "./cluster-world.ts";
import {
  arrivalComplaints,
  deadComplaints,
  leftoverComplaints,
  mintedComplaints,
  type World,
} from "./complaints.ts";
import type { SoakEnvironment } from "./environment.ts";
import { readState, stateComplaints } from "./state-complaints.ts";
import type { Wanted } from "./wanted.ts";

/** How long the operator may take to write a Secret. */
const arrivalMs = 90_000;

/**
 * What is not as the program says: in the cluster, in 1Password, in the store and in the state; by
 * what the test itself knows of it. No text holds a secret.
 */
export async function judge(
  environment: SoakEnvironment,
  wanted: Wanted,
): Promise<readonly string[]> {
  const { client, stateFile } = environment;
  const world = await lookAround(environment);
  return [
    ...leftoverComplaints(client, wanted, world),
    ...mintedComplaints(client, wanted, world),
    ...stateComplaints(client, wanted, await readState(stateFile), world.account),
  ];
}

/** Waits for what the operator writes. Returns what does not come, or comes though it should not. */
export async function judgeArrival(
  { client, content, rig }: SoakEnvironment,
  wanted: Wanted,
): Promise<readonly string[]> {
  const startedAt = performance.now();
  for (;;) {
    const cluster = await lookIntoCluster(rig.kubeconfig, client);
    const missing = arrivalComplaints(client, wanted, cluster, content);
    if (missing.length === 0) return leftoverComplaints(client, wanted, { cluster });
    if (performance.now() - startedAt > arrivalMs) return missing;
    await sleep(300);
  }
}

/** What is in the cluster though the program does not name it. */
export async function judgeLeftovers(
  { client, rig }: SoakEnvironment,
  wanted: Wanted,
): Promise<readonly string[]> {
  const cluster = await lookIntoCluster(rig.kubeconfig, client);
  return leftoverComplaints(client, wanted, { cluster });
}

/** Whether what the cluster holds is alive: after every run, however it ended. */
export async function judgeLife(environment: SoakEnvironment): Promise<readonly string[]> {
  return deadComplaints(environment.client, await lookAround(environment));
}

async function lookAround({ client, rig }: SoakEnvironment): Promise<World> {
  const names = (await storedSecrets(rig))
    .map((line) => line.split(" ")[0] ?? "")
    .filter((name) => name.startsWith(`opconnect/${client}/`));
  const look = secretsManagerWorld(rig.env);
  const values = names.map(async (name) => [name, (await look(name))?.value] as const);
  return {
    cluster: await lookIntoCluster(rig.kubeconfig, client),
    account: await lookIntoAccount(rig.env.OPCONNECT_SANDBOX_HOME ?? ""),
    stored: new Map(await Promise.all(values)),
  };
}
