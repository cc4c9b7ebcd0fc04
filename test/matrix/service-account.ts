import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { wellFormedToken } from "../harness/act/account-token.ts";
import type { GivenChart } from "../harness/act/chart.ts";
import type { Run } from "../harness/act/project.ts";
import { scaleDeployment } from "../harness/disturb/deployments.ts";
import { withoutOp } from "../harness/disturb/without-op.ts";
import { itemsIn } from "../harness/look/items.ts";
import { createStoredSecret, putStoredValue } from "../harness/look/stored-secrets.ts";
import type { Cell } from "./cell.ts";
import {
  createEnvironment,
  demand,
  demandDone,
  type MatrixEnvironment,
  type MatrixRig,
  until,
  waitUntilGone,
} from "./environment.ts";
import type { Measured, Stack } from "./stack.ts";

/**
 * Environments whose operators sign in to 1Password themselves. Nothing can stand in for 1Password
 * there: their client asks no other address. So what is tried ends at that call, which the real
 * operator makes with the token that is in the store: by the address in it one sees which.
 */
export async function openServiceAccountStack(
  rig: MatrixRig,
  client: string,
  { watches, environments }: Cell,
): Promise<Stack> {
  const first = await createEnvironment(rig, client, watches, "service-account");
  const other =
    environments === "two"
      ? await createEnvironment(rig, `${client}b`, "list", "service-account")
      : undefined;
  const all = [first, ...(other ? [other] : [])];
  // No account on the rig knows these tokens.
  const env = await withoutOp(rig);
  let tokens = 0;
  for (const each of all) {
    const vault = ["vault", "create", `${each.client}-prod-app`];
    await execa("op", vault, { env: rig.env, extendEnv: false, stdin: "ignore" });
    await createStoredSecret(rig, secretOf(each), wellFormedToken(nextAddress(each)));
  }

  function nextAddress({ client: name }: MatrixEnvironment): string {
    tokens += 1;
    return `${name}-${tokens}.opconnect.invalid`;
  }

  async function tryCell(_: Cell, chart: GivenChart): Promise<readonly Measured[]> {
    const since = new Date();
    await Promise.all([
      takeTo(first, chart, { item: true }),
      ...(other
        ? [watches === "all" ? beRefused(other, chart) : takeTo(other, chart, { item: true })]
        : []),
    ]);
    const address = nextAddress(first);
    await putStoredValue(rig, secretOf(first), wellFormedToken(address));
    await takeTo(first, chart, { item: true });
    await signsIn(first, address);
    await takeTo(first, chart, { item: false });
    await waitUntilGone(rig, first);
    if (other && watches === "list") await itemIsThere(other);
    for (const environment of all) {
      const denied = await environment.deniedSince(since);
      demand(denied.length === 0, `denied to the operator: ${[...new Set(denied)].join(", ")}`);
    }
    return [];
  }

  async function takeTo(
    environment: MatrixEnvironment,
    chart: GivenChart,
    { item }: { readonly item: boolean },
  ): Promise<void> {
    demandDone("up", await update(environment, chart, item));
    if (item) await itemIsThere(environment);
  }

  async function beRefused(environment: MatrixEnvironment, chart: GivenChart): Promise<void> {
    const { exitCode, output } = await update(environment, chart, true);
    demand(exitCode !== 0, "the item of another environment is not refused");
    demand(/denied|not allowed/i.test(output), `it is not refused as denied:\n${output}`);
  }

  /** Without 1Password the operator ends as soon as it has started: so none runs during an update. */
  async function update(
    environment: MatrixEnvironment,
    chart: GivenChart,
    item: boolean,
  ): Promise<Run> {
    await environment.configure(chart, { item, operator: { replicas: 0, pollingInterval: 60 } });
    return environment.project.pulumi(["up", "--yes", "--skip-preview"], env);
  }

  async function itemIsThere({ secret }: MatrixEnvironment): Promise<void> {
    const { objects } = await itemsIn(rig, [secret.namespace]);
    const is = objects.join();
    demand(is === `${secret.namespace}/${secret.name}`, `there are the items "${is}"`);
  }

  /** Has the operator start, and waits until it has asked that address to let it in. */
  async function signsIn(environment: MatrixEnvironment, address: string): Promise<void> {
    const { ownNamespace, client: name } = environment;
    const deployment = { namespace: ownNamespace, name: `${name}-prod-connect-operator` };
    await scaleDeployment(rig, deployment, 1);
    try {
      await until(`the operator asks ${address}`, async () => {
        const said = await logsOf(ownNamespace);
        return said.includes(`HTTP request to 'https://${address}/api/`);
      });
    } finally {
      await scaleDeployment(rig, deployment, 0);
    }
  }

  async function logsOf(namespace: string): Promise<string> {
    const files = (await readdir(rig.logDir)).filter((file) => file.startsWith(`${namespace}_`));
    const logs = await Promise.all(files.map((file) => readFile(join(rig.logDir, file), "utf8")));
    return logs.join("\n");
  }

  return {
    tryCell,
    async close() {
      for (const { project } of all.toReversed()) {
        demandDone("destroy", await project.pulumi(["destroy", "--yes", "--skip-preview"], env));
      }
    },
  };
}

function secretOf({ client }: MatrixEnvironment): string {
  return `opconnect/${client}/prod/account-token`;
}
