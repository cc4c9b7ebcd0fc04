import { setTimeout as sleep } from "node:timers/promises";
import { clearFailures, injectFailure } from "@opconnect/sandbox";
import { startEngine } from "../faults/engine/run.ts";
import { startRefusingStore } from "../harness/disturb/refusing-store.ts";
import { deleteOperator, scaleOperator } from "./cluster-world.ts";
import type { SoakEnvironment } from "./environment.ts";
import type { Random } from "./random.ts";
import type { Wanted } from "./wanted.ts";

/** What a run of `pulumi` came to. */
export interface Outcome {
  readonly exitCode: number | undefined;
  readonly output: string;
}

/** How a change is carried out. */
export interface Manner {
  readonly name: string;
  /** How often it comes, compared with others. */
  readonly weight: number;
  suits(before: Wanted, after: Wanted): boolean;
  /** What is done to the environment before the change. */
  prepare?(environment: SoakEnvironment): Promise<void>;
  /** A run that goes wrong, or does a part of it; another follows. */
  disturbedUp?(environment: SoakEnvironment, after: Wanted, random: Random): Promise<Outcome>;
  /** Whether the change is given up after that run, instead of being carried out. */
  readonly takesBack?: boolean;
  /** Gives back what {@link Manner.prepare} took. */
  restore?(environment: SoakEnvironment): Promise<readonly Outcome[]>;
}

const storeActions = ["CreateSecret", "PutSecretValue", "TagResource", "GetSecretValue"];

const opCommands = [
  ...["connect token create", "connect server create", "vault create"],
  ...["connect vault grant", "connect vault revoke"],
  ...["connect token delete", "connect server delete"],
];

const targets = [
  ...["**ConnectToken::*", "**ConnectServer::*", "**ClusterSecret::*"],
  ...["**OnePasswordItem::*", "**Deployment::*", "**CredentialSecret::*"],
];

/** As the error of a state that was lost says. */
const takingOver = {
  PULUMI_K8S_UPSERT_EXISTING_OBJECTS: "true",
  PULUMI_K8S_ENABLE_PATCH_FORCE: "true",
};

const opFails: Pick<Manner, "suits" | "disturbedUp"> = {
  suits: mints,
  async disturbedUp({ project, rig }, _, random) {
    const home = rig.env.OPCONNECT_SANDBOX_HOME ?? "";
    const match = random.pick(opCommands) ?? "";
    const when = random.pick(["before", "after"] as const) ?? "before";
    const message = "[ERROR] Something went wrong";
    await injectFailure(home, { match, kind: "exit", exitCode: 1, message, when });
    const run = await project.up();
    await clearFailures(home);
    return run;
  },
};

const storeRefuses: Pick<Manner, "suits" | "disturbedUp"> = {
  suits: mints,
  async disturbedUp({ project, rig }, _, random) {
    const store = await startRefusingStore(rig, [random.pick(storeActions) ?? ""]);
    const words = ["up", "--yes", "--skip-preview"];
    const run = await project.pulumi(words, { AWS_ENDPOINT_URL: store.url });
    await store.stop();
    return run;
  },
};

const isKilled: Pick<Manner, "suits" | "disturbedUp"> = {
  // What becomes of a Namespace of the program's own is nothing of ours.
  suits: (before, after) =>
    isSame(before.namespaces, after.namespaces) && isSamePlace(before, after),
  async disturbedUp({ project, rig }, _, random) {
    const words = ["up", "--yes", "--skip-preview", "--non-interactive"];
    const run = startEngine(["pulumi", ...words], { cwd: project.dir, env: rig.env });
    await Promise.race([sleep(2000 + random.below(10_000)), run.ended]);
    run.kill();
    const exitCode = await run.ended;
    await project.pulumi(["cancel", "--yes"]);
    return { exitCode, output: run.output() };
  },
};

/** The manners of carrying out a change. */
export const manners: readonly Manner[] = [
  { name: "as it is", weight: 24, suits: () => true },
  { name: "op fails at first", weight: 4, ...opFails },
  { name: "op fails, taken back", weight: 4, takesBack: true, ...opFails },
  { name: "the store refuses at first", weight: 3, ...storeRefuses },
  { name: "the store refuses, taken back", weight: 3, takesBack: true, ...storeRefuses },
  { name: "pulumi is killed at first", weight: 3, ...isKilled },
  { name: "pulumi is killed, taken back", weight: 3, takesBack: true, ...isKilled },
  {
    name: "with a wrong path of the chart at first",
    weight: 2,
    suits: () => true,
    async disturbedUp({ configure, project, rig }, after) {
      await configure(after, { chartPath: rig.dir });
      return project.up();
    },
  },
  {
    name: "a target at first",
    weight: 3,
    suits: isSamePlace,
    disturbedUp: ({ project }, _, random) => project.up("--target", random.pick(targets) ?? ""),
  },
  {
    name: "all but one kind at first",
    weight: 3,
    suits: isSamePlace,
    disturbedUp: ({ project }, _, random) => project.up("--exclude", random.pick(targets) ?? ""),
  },
  {
    name: "without an alias, taken back",
    weight: 12,
    suits: (before, after) => !isSamePlace(before, after),
    takesBack: true,
    async disturbedUp({ configure, project }, after) {
      await configure(after, { aliased: false });
      return project.up();
    },
  },
  {
    name: "taken back at once",
    weight: 4,
    suits: isSamePlace,
    takesBack: true,
    disturbedUp: ({ project }) => project.up(),
  },
  {
    // What the state does not know, no change can drop: the same program finds it again first.
    name: "after server and tokens were lost from the state",
    weight: 3,
    suits: isSamePlace,
    async prepare({ project }) {
      await project.forget(/:(ConnectServer|ConnectToken|CredentialSecret)::/);
      await project.up();
    },
  },
  {
    name: "after the cluster's part was lost from the state",
    weight: 3,
    suits: isSamePlace,
    async prepare({ project }) {
      await project.forget(/ConnectDeployment|OnePasswordItem|OperatorScope/);
      await project.pulumi(["up", "--yes", "--skip-preview"], takingOver);
    },
  },
  {
    name: "with the operator at 0",
    weight: 6,
    suits: changesItemsOnly,
    prepare: ({ client, rig }) => scaleOperator(rig.kubeconfig, client, 0),
    async restore({ client, rig }) {
      await scaleOperator(rig.kubeconfig, client, 1);
      return [];
    },
  },
  {
    name: "with the operator's Deployment deleted",
    weight: 4,
    // The namespaces that it watches stand on the Deployment: a change of these takes a refresh.
    suits: (before, after) => changesItemsOnly(before, after) && watchesTheSame(before, after),
    prepare: ({ client, rig }) => deleteOperator(rig.kubeconfig, client),
    restore: async ({ project }) => [await project.refresh(), await project.up()],
  },
];

function isSamePlace(before: Wanted, after: Wanted): boolean {
  return isSame(before.place, after.place);
}

/** Whether something is made, granted or deleted in 1Password. */
export function mints(before: Wanted, after: Wanted): boolean {
  const minted = ({ vaults, tokens, revision }: Wanted) => ({ vaults, tokens, revision });
  return !isSame(minted(before), minted(after));
}

function changesItemsOnly(before: Wanted, after: Wanted): boolean {
  const { items, namespaces } = after;
  return isSame({ ...before, items, namespaces }, after);
}

function watchesTheSame(before: Wanted, after: Wanted): boolean {
  const watched = ({ items }: Wanted) =>
    [...new Set(Object.values(items).map(({ namespace }) => namespace))].sort();
  return isSame(watched(before), watched(after));
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
