import { setTimeout as sleep } from "node:timers/promises";
import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import type { ConnectEnvironmentArgs } from "@opconnect/pulumi";
import type { GivenChart } from "../harness/act/chart.ts";
import { environmentConfig } from "../harness/act/environment-config.ts";
import { createProject, type Project, type ProjectArgs, type Run } from "../harness/act/project.ts";
import { itemsIn } from "../harness/look/items.ts";
import { readRequestsOf } from "../rig/control-plane/audit-log.ts";
import type { Rig } from "../rig/rig.ts";
import type { Cell } from "./cell.ts";

/** What the matrix needs of a rig. */
export type MatrixRig = Pick<Rig, "dir" | "env" | "kubeconfig" | "logDir">;

/** Seconds between two looks of the operator at 1Password. */
export const pollingInterval = 2;

/** An environment of the matrix: a project, and where what it makes is. */
export interface MatrixEnvironment {
  readonly client: string;
  readonly project: Project;
  /** Namespace of the operator. */
  readonly ownNamespace: string;
  /** The Secret that the item becomes. */
  readonly secret: { readonly namespace: string; readonly name: string };
  /** Has the program say this, with the item or without. */
  configure(chart: GivenChart, change: Change): Promise<void>;
  /** Requests of the operator that the API server has denied since a time. */
  deniedSince(time: Date): Promise<readonly string[]>;
  /** Names of the pods of Connect and the operator, once each of them is ready. */
  readyPods(): Promise<readonly string[] | undefined>;
}

/** What changes of a program within a cell. */
type Change = Pick<ConnectEnvironmentArgs, "operator"> &
  Partial<Pick<ConnectEnvironmentArgs, "revision">> & { readonly item: boolean };

/** Lays the project of an environment. */
export async function createEnvironment(
  rig: MatrixRig,
  client: string,
  watches: Cell["watches"],
  program: NonNullable<ProjectArgs["program"]>,
): Promise<MatrixEnvironment> {
  const project = await createProject({ ...rig, name: client, program, config: {} });
  const ownNamespace = `${client}-prod-1password`;
  const namespace = `${client}-app`;
  const config = new KubeConfig();
  config.loadFromFile(rig.kubeconfig);
  const core = config.makeApiClient(CoreV1Api);
  return {
    client,
    project,
    ownNamespace,
    secret: { namespace, name: "postgres" },

    async configure(chart, { item, operator, ...change }) {
      const watchNamespaces = watches === "all" ? "all" : [ownNamespace, namespace];
      const { args, namespaces } = environmentConfig(rig, client, {
        vaults: ["app"],
        operator: { pollingInterval, watchNamespaces, ...operator },
        ...chart,
        ...change,
        ...(item ? {} : { items: {} }),
      });
      await project.configure({ namespaces, args });
    },

    async deniedSince(time) {
      const account = { namespace: ownNamespace, name: `${client}-prod-onepassword-operator` };
      const requests = await readRequestsOf(rig, account);
      const denied = requests.filter(({ status, at }) => status === 403 && new Date(at) >= time);
      return denied.map(({ verb, resource, namespace: where, name }) => {
        return [verb, resource, where, name].filter((part) => part !== undefined).join(" ");
      });
    },

    async readyPods() {
      const { items } = await core.listNamespacedPod({ namespace: ownNamespace });
      const isReady = items.every(
        ({ metadata, status }) =>
          metadata?.deletionTimestamp === undefined &&
          status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True"),
      );
      return isReady ? items.map(({ metadata }) => metadata?.name ?? "") : undefined;
    },
  };
}

/** Waits until nothing is left of an item and its Secret. */
export async function waitUntilGone(rig: MatrixRig, { secret }: MatrixEnvironment): Promise<void> {
  await until("the item and its Secret are gone", async () => {
    const { objects, secrets } = await itemsIn(rig, [secret.namespace]);
    return objects.length + secrets.length === 0;
  });
}

/** Waits for what comes in seconds, for minutes on a busy machine. */
export async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 120_000;
  while (!(await isSo())) {
    demand(performance.now() < deadline, `It is not so after 120 s: ${what}.`);
    await sleep(100);
  }
}

/** @throws an Error if that is not so. */
export function demand(isSo: boolean, otherwise: string): asserts isSo {
  if (!isSo) throw new Error(otherwise);
}

/** @throws an Error with what was printed if it failed. */
export function demandDone(what: string, { exitCode, output }: Run): void {
  demand(exitCode === 0, `${what} ended with ${exitCode}:\n${output}`);
}
