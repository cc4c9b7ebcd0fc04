import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import type { GivenChart } from "../harness/act/chart.ts";
import { editItem, newFields, type TypedField, typeItem } from "../harness/act/item.ts";
import { activeMinted, listedVaults } from "../harness/look/account.ts";
import { ownSteps } from "../harness/look/engine-events.ts";
import type { Cell } from "./cell.ts";
import {
  createEnvironment,
  demand,
  demandDone,
  type MatrixEnvironment,
  type MatrixRig,
  pollingInterval,
  until,
  waitUntilGone,
} from "./environment.ts";
import type { Measured, Stack } from "./stack.ts";

/** Environments whose operators read from Connect. */
export async function openConnectStack(
  rig: MatrixRig,
  client: string,
  { watches, environments }: Cell,
): Promise<Stack> {
  const first = await createEnvironment(rig, client, watches, "javascript");
  const other =
    environments === "two"
      ? await createEnvironment(rig, `${client}b`, "list", "javascript")
      : undefined;
  let revision = 1;
  let idleSeconds: number | undefined;

  async function tryCell(_: Cell, chart: GivenChart): Promise<readonly Measured[]> {
    const since = new Date();
    const measured: Measured[] = [];
    await Promise.all([
      takeTo(first, chart, revision),
      ...(other ? [watches === "all" ? beRefused(other, chart) : takeTo(other, chart, 1)] : []),
    ]);
    await arrival(first);
    if (other && watches === "list") await arrival(other);
    idleSeconds ??= await idleUpdate(first);
    measured.push({ figure: "edit", ratio: (await edit(first)) / pollingInterval });

    revision += 1;
    const seconds = await rotate(first, chart, revision);
    measured.push({ figure: "rotation", ratio: seconds / idleSeconds });
    await edit(first);

    await first.configure(chart, { item: false, revision });
    demandDone("up without the item", await first.project.up());
    await waitUntilGone(rig, first);
    if (other && watches === "list") await edit(other);
    for (const environment of [first, ...(other ? [other] : [])]) {
      const denied = await environment.deniedSince(since);
      demand(denied.length === 0, `denied to the operator: ${[...new Set(denied)].join(", ")}`);
    }
    return measured;
  }

  async function rotate(
    environment: MatrixEnvironment,
    chart: GivenChart,
    to: number,
  ): Promise<number> {
    const before = (await environment.readyPods()) ?? [];
    demand(before.length === 2, `there are ${before.length} pods that are ready, and not 2`);
    const startedAt = performance.now();
    await environment.configure(chart, { item: true, revision: to });
    demandDone("up with another revision", await environment.project.up());
    await until("all pods run on the new credentials", async () => {
      const pods = (await environment.readyPods()) ?? [];
      return pods.length === 2 && !pods.some((name) => before.includes(name));
    });
    const seconds = (performance.now() - startedAt) / 1000;
    const { servers, tokens } = await activeMinted(rig, environment.client);
    demand(servers + tokens === 2, `${servers} servers and ${tokens} tokens are alive`);
    return seconds;
  }

  /** Edits the item, and waits until the Secret has it. Returns the seconds. */
  async function edit(environment: MatrixEnvironment): Promise<number> {
    const fields = newFields();
    await editItem(rig, "postgres", await vaultOf(environment), fields);
    const startedAt = performance.now();
    await content(environment, fields);
    return (performance.now() - startedAt) / 1000;
  }

  /** The item is there before the environment has said of it, or is typed now. */
  async function arrival(environment: MatrixEnvironment): Promise<void> {
    const typed = typedBy.get(environment) ?? newFields();
    if (!typedBy.has(environment)) {
      await typeItem(rig, "postgres", await vaultOf(environment), typed);
      typedBy.set(environment, typed);
    }
    await until("the Secret is there", async () => (await contentOf(environment)) !== undefined);
  }
  const typedBy = new Map<MatrixEnvironment, readonly TypedField[]>();

  async function content(environment: MatrixEnvironment, fields: readonly TypedField[]) {
    const wanted = JSON.stringify(sorted(fields.map(({ label, value }) => [label, value])));
    await until("the Secret has what was typed", async () => {
      return (await contentOf(environment)) === wanted;
    });
  }

  async function contentOf({ secret }: MatrixEnvironment): Promise<string | undefined> {
    const config = new KubeConfig();
    config.loadFromFile(rig.kubeconfig);
    const core = config.makeApiClient(CoreV1Api);
    const found = await core.readNamespacedSecret(secret).catch(() => undefined);
    if (found === undefined) return undefined;
    const entries = Object.entries(found.data ?? {});
    const decode = (text: string) => Buffer.from(text, "base64").toString();
    return JSON.stringify(sorted(entries.map(([key, value]) => [key, decode(value)])));
  }

  async function vaultOf({ client: name }: MatrixEnvironment): Promise<string> {
    return (await listedVaults(rig)).get(`${name}-prod-app`) ?? "";
  }

  return {
    tryCell,
    async close() {
      for (const { project, client: name } of [...(other ? [other] : []), first]) {
        demandDone("destroy", await project.destroy());
        const { servers, tokens } = await activeMinted(rig, name);
        demand(servers + tokens === 0, `${servers} servers and ${tokens} tokens are left`);
      }
    },
  };
}

async function takeTo(
  environment: MatrixEnvironment,
  chart: GivenChart,
  revision: number,
): Promise<void> {
  await environment.configure(chart, { item: true, revision });
  demandDone("up", await environment.project.up());
}

/**
 * Beside an operator that watches all namespaces there can be no other environment: its items are
 * denied, so that the operator does not fail at them.
 */
async function beRefused(environment: MatrixEnvironment, chart: GivenChart): Promise<void> {
  await environment.configure(chart, { item: true });
  const { exitCode, output } = await environment.project.up();
  demand(exitCode !== 0, "the item of another environment is not refused");
  demand(/denied|not allowed/i.test(output), `it is not refused as denied:\n${output}`);
}

/** Seconds of an update without changes. */
async function idleUpdate({ project }: MatrixEnvironment): Promise<number> {
  const startedAt = performance.now();
  const run = await project.up();
  demandDone("up again", run);
  const changed = ownSteps(run.events).filter((step) => !step.startsWith("same "));
  demand(changed.length === 0, `up again changes ${changed.join(", ")}`);
  return (performance.now() - startedAt) / 1000;
}

function sorted(entries: readonly (readonly [string, string])[]) {
  return entries.toSorted(([one], [other]) => one.localeCompare(other));
}
