import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { openStore } from "@opconnect/provision";
import { createSandboxAccount } from "@opconnect/sandbox";
import { stringify } from "yaml";
import { z } from "zod";
import { stateBackendUrl } from "../../rig/engine/state-backend.ts";
import { lookIntoAccount } from "../judge/account-world.ts";
import { environmentComplaints } from "../judge/environment-complaints.ts";
import { findLeaks } from "../judge/leaks.ts";
import type { Lane } from "../lane.ts";
import { runOutLeases } from "../other-machine.ts";
import type { StoreUnderTest } from "../stores.ts";
import { type ByHand, doByHand } from "./by-hand.ts";
import { type EngineCommand, type EngineRun, startEngine } from "./run.ts";

/** Inputs of the program that change from operation to operation. */
export interface EngineInputs {
  /** Keys of the vaults that the server is granted. */
  readonly vaults: readonly string[];
  readonly revision: number;
  readonly tokenRevision: number;
}

/** A stack with an account, a state and a namespace of its own. */
export interface EngineEnvironment {
  /** What the last finished run was given. */
  inputs: EngineInputs;
  state: "nothing" | "up" | "torn down";
  configure(inputs: EngineInputs): Promise<void>;
  start(command: EngineCommand): EngineRun;
  doByHand(what: ByHand): Promise<void>;
  /** Lets the time of all leases pass. */
  runOutLeases(): Promise<void>;
  /** What is wrong if the program was given this, and all of it is to be gone or not. */
  complaints(inputs: EngineInputs, gone: boolean): Promise<readonly string[]>;
  leaks(texts: Readonly<Record<string, string>>): Promise<readonly string[]>;
  remove(): Promise<void>;
}

const noIdentity: { readonly identityFile?: string } = {};

let count = 0;

/** Lays a project, and makes its stack and its namespace. */
export async function newEngineEnvironment(
  lane: Lane,
  kind: StoreUnderTest,
): Promise<EngineEnvironment> {
  count += 1;
  const client = `engine${count}x${process.pid}`;
  // Its last word is the same for all: calls are known by it.
  const namespace = `${client}-namespace`;
  const folder = await mkdtemp(join(lane.folder, "environment-"));
  const project = join(folder, "project");
  const [account, temporary, states] = ["1password", "tmp", "states"].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  for (const made of [account, temporary, states]) await mkdir(made);
  await createSandboxAccount(account);
  const store = await kind.open(folder);
  const { identityFile, ...storeArgs } = { ...noIdentity, ...store.config };
  await cp(join(import.meta.dirname, "program"), project, { recursive: true });
  await symlink(join(import.meta.dirname, "../../../node_modules"), join(project, "node_modules"));
  const runtime = { name: "nodejs", options: { typescript: false } };
  await writeFile(join(project, "Pulumi.yaml"), stringify({ name: client, runtime }));
  const env = {
    ...lane.env,
    OPCONNECT_SANDBOX_HOME: account,
    TMPDIR: temporary,
    ...(identityFile === undefined ? {} : { OPCONNECT_AGE_IDENTITY_FILE: identityFile }),
    PULUMI_BACKEND_URL: stateBackendUrl(states),
  };
  const core = clusterApi(lane.rig.kubeconfig);
  await core.createNamespace({ body: { metadata: { name: namespace } } });
  const start = (command: EngineCommand) => startEngine(command, { cwd: project, env });
  const made = start(["pulumi", "stack", "init", "main", "--non-interactive"]);
  if ((await made.ended) !== 0) throw new Error(`The stack was not made: ${made.output()}`);
  const settings = await readFile(join(project, "Pulumi.main.yaml"), "utf8").catch(() => "");
  const secretNames = ["credentials", "operator-token"].map(
    (name) => `opconnect/${client}/prod/${name}`,
  );

  return {
    inputs: { vaults: ["app"], revision: 1, tokenRevision: 1 },
    state: "nothing",

    async configure(inputs) {
      const args = { client, namespace, store: storeArgs, ...inputs };
      const config = stringify({ config: { [`${client}:args`]: args } });
      await writeFile(join(project, "Pulumi.main.yaml"), `${settings}\n${config}`);
    },

    start,

    doByHand: (what) => doByHand(what, { cwd: project, env }),

    async runOutLeases() {
      const secrets = await Promise.all(secretNames.map(store.look));
      const secretIds = secrets.flatMap((secret) => (secret ? [secret.secretId] : []));
      await runOutLeases(openStore(store.config), secretIds);
    },

    async complaints(inputs, gone) {
      const [credentials, token] = await Promise.all(secretNames.map(store.look));
      const [credentialsSecret = "", tokenSecret = ""] = secretNames;
      const world = await lookIntoAccount(account);
      const titles = inputs.vaults.map((key) => `${client}-prod-${key}`);
      const found = environmentComplaints(
        { account: world, secrets: { [credentialsSecret]: credentials, [tokenSecret]: token } },
        {
          vaults: inputs.vaults.map((key) => ({
            title: `${client}-prod-${key}`,
            description: `${key} of ${client}/prod · opconnect:${client}/prod/${key}`,
            access: {},
          })),
          // What was made for a change that was taken back stays, as every vault does.
          formerVaults: world.vaults
            .map(({ name }) => name)
            .filter((name) => name.startsWith(`${client}-prod-`) && !titles.includes(name)),
          serverName: `${client}-prod`,
          tokens: { [tokenSecret]: `${client}-prod-operator` },
          credentialsSecret,
          gone,
        },
      );
      const inCluster = await clusterValues(core, namespace);
      const file = credentials?.value;
      const base64 = Buffer.from(file ?? "").toString("base64");
      const wanted = gone ? [] : [base64, file, token?.value];
      return [
        ...found,
        // Never the values themselves: a complaint is printed.
        ...(JSON.stringify(inCluster) === JSON.stringify(wanted)
          ? []
          : [`the cluster's Secrets hold ${inCluster.length} values, not what the store holds`]),
        ...(await stateComplaints(join(states, ".pulumi/stacks", client, "main.json"))),
      ];
    },

    leaks: (texts) =>
      findLeaks(account, { folders: [temporary, project, states, ...store.folders], texts }),

    async remove() {
      await core.deleteNamespace({ name: namespace });
      await rm(folder, { recursive: true });
    },
  };
}

function clusterApi(kubeconfig: string): CoreV1Api {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  return config.makeApiClient(CoreV1Api);
}

/** What the Secrets of a namespace hold, in the order of their names and keys. */
async function clusterValues(core: CoreV1Api, namespace: string): Promise<readonly string[]> {
  const { items } = await core.listNamespacedSecret({ namespace });
  return items
    .toSorted((one, other) => ((one.metadata?.name ?? "") < (other.metadata?.name ?? "") ? -1 : 1))
    .flatMap(({ data = {} }) =>
      Object.entries(data)
        .toSorted(([one], [other]) => (one < other ? -1 : 1))
        .map(([, value]) => Buffer.from(value, "base64").toString()),
    );
}

const stateSchema = z.object({
  checkpoint: z.object({
    latest: z.object({
      resources: z.array(z.object({ urn: z.string(), delete: z.boolean().optional() })).nullish(),
      pending_operations: z.array(z.object({ type: z.string() })).nullish(),
    }),
  }),
});

/**
 * A run that is done leaves nothing for the next one. Only creations that a killed run had begun are
 * kept by the engine until a person clears them, and it warns of them each time.
 * @see https://www.pulumi.com/docs/iac/cli/commands/pulumi_refresh/ --clear-pending-creates
 */
async function stateComplaints(file: string): Promise<readonly string[]> {
  const { latest } = stateSchema.parse(JSON.parse(await readFile(file, "utf8"))).checkpoint;
  const pending = latest.pending_operations?.filter(({ type }) => type !== "creating") ?? [];
  const condemned = latest.resources?.filter((resource) => resource.delete) ?? [];
  return [
    ...condemned.map(({ urn }) => `the state still has to delete ${urn}`),
    ...pending.map(({ type }) => `the state still has an operation pending: ${type}`),
  ];
}
