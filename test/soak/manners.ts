import { setTimeout as sleep } from "node:timers/promises";
import { clearFailures, injectFailure } from "@opconnect/sandbox";
import { startEngine } from "../faults/engine/run.ts";
import { removeDeployment, scaleDeployment } from "../harness/disturb/deployments.ts";
import {
  deleteNamespace,
  makeNamespaceAgain,
  namespacePhase,
} from "../harness/disturb/namespaces.ts";
import type { Random } from "../harness/disturb/random.ts";
import { startRefusingStore } from "../harness/disturb/refusing-store.ts";
import { listedServer, listedTokens, op } from "../harness/look/account.ts";
import { removeSecret } from "../harness/look/cluster-secret.ts";
import type { SoakEnvironment } from "./environment.ts";
import type { Wanted } from "./wanted.ts";

/** What a run of `pulumi` came to. */
export interface Outcome {
  readonly exitCode: number | undefined;
  readonly output: string;
}

/** A change that is under way. */
export interface Underway {
  readonly before: Wanted;
  /** What the changed program says. */
  readonly attempted: Wanted;
  /** Chance left for what the manner does. */
  readonly random: Random;
}

/** How a change is carried out. */
export interface Manner {
  readonly name: string;
  /** How often it comes, compared with others. */
  readonly weight: number;
  suits(before: Wanted, attempted: Wanted): boolean;
  /** What is done to the environment before the change. Its runs have to succeed. */
  prepare?(environment: SoakEnvironment, change: Underway): Promise<readonly Outcome[]>;
  /** A run that goes wrong, or does a part of it; another follows. */
  disturbedUp?(environment: SoakEnvironment, change: Underway): Promise<unknown>;
  /** What a person does before that other one. Its runs have to succeed. */
  repair?(environment: SoakEnvironment, change: Underway): Promise<readonly Outcome[]>;
  /** Whether the change is given up after that run, instead of being carried out. */
  readonly takesBack?: boolean;
  /** Gives back what {@link Manner.prepare} took. Its runs have to succeed. */
  restore?(environment: SoakEnvironment): Promise<readonly Outcome[]>;
  /** Consumer whose token is another one afterwards. */
  readonly revokes?: string;
}

type Disturbance = Required<Pick<Manner, "suits" | "disturbedUp">>;

const storeActions = ["CreateSecret", "PutSecretValue", "TagResource", "GetSecretValue"];

const opCommands = [
  ...["connect token create", "connect server create", "vault create"],
  ...["connect vault grant", "connect vault revoke"],
  ...["connect token delete", "connect server delete"],
  ...["vault edit", "vault group grant", "vault group revoke"],
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

const opFails: Disturbance = {
  suits: mints,
  async disturbedUp({ project, rig }, { random }) {
    const home = rig.env.OPCONNECT_SANDBOX_HOME ?? "";
    const match = random.pick(opCommands) ?? "";
    const when = random.pick(["before", "after"] as const) ?? "before";
    const message = "[ERROR] Something went wrong";
    await injectFailure(home, { match, kind: "exit", exitCode: 1, message, when });
    await project.up();
    await clearFailures(home);
  },
};

const storeRefuses: Disturbance = {
  suits: mints,
  async disturbedUp({ project, rig }, { random }) {
    const store = await startRefusingStore(rig, [random.pick(storeActions) ?? ""]);
    const words = ["up", "--yes", "--skip-preview"];
    await project.pulumi(words, { AWS_ENDPOINT_URL: store.url });
    await store.stop();
  },
};

const isKilled: Disturbance = {
  // What becomes of a Namespace of the program's own is nothing of ours.
  suits: (before, attempted) => isSame(before.namespaces, attempted.namespaces),
  async disturbedUp({ project, rig }, { random }) {
    const words = ["up", "--yes", "--skip-preview", "--non-interactive"];
    const run = startEngine(["pulumi", ...words], { cwd: project.dir, env: rig.env });
    await Promise.race([sleep(2000 + random.below(10_000)), run.ended]);
    run.kill();
    await run.ended;
    await project.pulumi(["cancel", "--yes"]);
  },
};

const wrongChart: Disturbance = {
  suits: () => true,
  async disturbedUp({ configure, project, rig }, { attempted }) {
    await configure(attempted, { chartPath: rig.dir });
    await project.up();
    await configure(attempted);
  },
};

const targeted: Disturbance = {
  suits: isSamePlace,
  disturbedUp: ({ project }, { random }) => project.up("--target", random.pick(targets) ?? ""),
};

const excluding: Disturbance = {
  suits: isSamePlace,
  async disturbedUp({ project }, { random }) {
    await project.up("--exclude", random.pick(targets) ?? "");
    // What is there and would depend on something new that was left out, the engine writes into a
    // state that it refuses afterwards; of `--target` it asks for that before
    // (https://github.com/pulumi/pulumi/issues/22694). So users do as it says.
    await project.pulumi(["state", "repair", "--yes"]);
  },
};

const twoInARow: Disturbance = {
  suits: mints,
  async disturbedUp(environment, change) {
    const all = [opFails, storeRefuses, isKilled, wrongChart, targeted, excluding];
    const suitable = all.filter(({ suits }) => suits(change.before, change.attempted));
    for (const _ of ["first", "second"]) {
      await change.random.pick(suitable)?.disturbedUp(environment, change);
    }
  },
};

/** A namespace that is being deleted comes free with the run that finds it so. */
const namespaceIsDeleted: Required<Pick<Manner, "suits" | "repair">> = {
  suits: () => true,
  async repair({ client, project, rig }, { before }) {
    const startedAt = performance.now();
    for (const name of before.namespaces.map((end) => `${client}-${end}`)) {
      while ((await namespacePhase(rig, name)) === "Terminating") {
        const output = `The namespace ${name} does not come free.`;
        if (performance.now() - startedAt > 120_000) return [{ exitCode: undefined, output }];
        await sleep(200);
      }
    }
    return [await project.refresh()];
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
  {
    name: "pulumi is killed, taken back",
    weight: 3,
    ...isKilled,
    // Neither state nor store tells of a vault's edit that was killed: see docs/day-two.md.
    suits: (before, attempted) =>
      isKilled.suits(before, attempted) && isSame(before.vaultOptions, attempted.vaultOptions),
    takesBack: true,
  },
  { name: "with a wrong path of the chart at first", weight: 2, ...wrongChart },
  { name: "a target at first", weight: 3, ...targeted },
  { name: "all but one kind at first", weight: 3, ...excluding },
  { name: "two things go wrong in a row", weight: 4, ...twoInARow },
  { name: "two things go wrong in a row, taken back", weight: 4, takesBack: true, ...twoInARow },
  {
    name: "without an alias, taken back",
    weight: 12,
    suits: (before, attempted) => !isSamePlace(before, attempted),
    takesBack: true,
    async disturbedUp({ configure, project }, { attempted }) {
      await configure(attempted, { aliased: false });
      await project.up();
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
      return [await project.up()];
    },
  },
  {
    name: "after the cluster's part was lost from the state",
    weight: 3,
    suits: isSamePlace,
    async prepare({ project }) {
      await project.forget(/ConnectDeployment|OnePasswordItem|OperatorScope/);
      return [await project.pulumi(["up", "--yes", "--skip-preview"], takingOver)];
    },
  },
  {
    name: "after a state from before the last change was restored",
    weight: 4,
    suits: () => true,
    async prepare({ project, restoreState }) {
      await restoreState();
      return [await project.pulumi(["up", "--yes", "--skip-preview"], takingOver)];
    },
  },
  {
    name: "with a namespace deleted by hand",
    weight: 3,
    ...namespaceIsDeleted,
    async prepare({ client, rig }, { before, random }) {
      await deleteNamespace(rig, `${client}-${random.pick(before.namespaces)}`);
      return [];
    },
    disturbedUp: ({ project }) => project.up(),
  },
  {
    name: "while a namespace is deleted by hand",
    weight: 3,
    ...namespaceIsDeleted,
    async disturbedUp({ client, project, rig }, { before, random }) {
      const run = project.up();
      await Promise.race([sleep(1000 + random.below(6000)), run]);
      await deleteNamespace(rig, `${client}-${random.pick(before.namespaces)}`);
      await run;
      await project.up();
    },
  },
  {
    name: "with the items' Secrets deleted by hand",
    weight: 3,
    suits: () => true,
    async prepare({ client, rig }, { before }) {
      for (const [name, { namespace }] of Object.entries(before.items)) {
        await removeSecret(rig, { namespace: `${client}-${namespace}`, name });
      }
      return [];
    },
  },
  {
    name: "with our own Secrets deleted by hand",
    weight: 3,
    suits: () => true,
    async prepare({ client, project, rig }) {
      for (const name of ["credentials", "token"]) {
        const namespace = `${client}-prod-1password`;
        await removeSecret(rig, { namespace, name: `${client}-prod-${name}` });
      }
      return [await project.refresh()];
    },
  },
  {
    name: "with the operator's token revoked",
    weight: 4,
    suits: changesItemsOnly,
    revokes: "operator",
    async prepare({ client, rig }) {
      const { id = "" } = (await listedTokens(rig, client)).get(`${client}-prod-operator`) ?? {};
      const server = await listedServer(rig, `${client}-prod`);
      await op(rig, ["connect", "token", "delete", id, "--server", server]);
      return [];
    },
    restore: async ({ project }) => [await project.refresh(), await project.up()],
  },
  {
    name: "with the operator at 0",
    weight: 6,
    suits: changesItemsOnly,
    async prepare({ client, rig }) {
      await scaleDeployment(rig, operatorOf(client), 0);
      return [];
    },
    async restore({ client, rig }) {
      await scaleDeployment(rig, operatorOf(client), 1);
      return [];
    },
  },
  {
    name: "with the operator's Deployment deleted",
    weight: 4,
    suits: changesItemsOnly,
    async prepare({ client, rig }) {
      await removeDeployment(rig, operatorOf(client));
      return [];
    },
  },
  {
    name: "with a namespace deleted and made again by hand",
    weight: 3,
    suits: () => true,
    async prepare({ client, project, rig }, { before, random }) {
      const name = `${client}-${random.pick(before.namespaces)}`;
      await makeNamespaceAgain(rig, name, () => project.up());
      return [];
    },
  },
];

function operatorOf(client: string) {
  return { namespace: `${client}-prod-1password`, name: `${client}-prod-connect-operator` };
}

function isSamePlace(before: Wanted, after: Wanted): boolean {
  return isSame(before.place, after.place);
}

/** Whether something is made, granted or deleted in 1Password. */
function mints(before: Wanted, after: Wanted): boolean {
  const minted = ({ vaults, vaultOptions, tokens, revision }: Wanted) => {
    return { vaults, vaultOptions, tokens, revision };
  };
  return !isSame(minted(before), minted(after));
}

function changesItemsOnly(before: Wanted, after: Wanted): boolean {
  const { items, namespaces } = after;
  return isSame({ ...before, items, namespaces }, after);
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
