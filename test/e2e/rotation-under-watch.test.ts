import { setTimeout as sleep } from "node:timers/promises";
import { CustomObjectsApi, KubeConfig } from "@kubernetes/client-node";
import { setConnectMood } from "@opconnect/sandbox";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { environmentConfig } from "../harness/act/environment-config.ts";
import { editItem, typeItem } from "../harness/act/item.ts";
import { opconnect } from "../harness/act/opconnect.ts";
import { createProject, type Project } from "../harness/act/project.ts";
import { activeMinted, listedVaults, op } from "../harness/look/account.ts";
import { operatorFailures } from "../harness/look/operator-log.ts";
import { printedJson } from "../harness/look/printed-json.ts";
import { waitForSecret } from "../harness/look/secret-arrival.ts";
import { rig } from "../harness/rig-lane.ts";

const namespace = "watch-prod-1password";
const secret = { namespace, name: "postgres" };
const pollingInterval = 2;
/** Each takes half a minute. */
const rounds = Number(process.env.OPCONNECT_ROTATIONS ?? 4);

let project: Project;
let vaultId = "";
beforeAll(async () => {
  const { args } = environmentConfig(rig, "watch", {
    vaults: ["app"],
    operator: { pollingInterval },
    items: { postgres: { namespace, vault: "app", item: "postgres" } },
  });
  const made = { ...rig, name: "watch", config: { args } } as const;
  project = await createProject(made);
  const { exitCode, output } = await project.up();
  expect(exitCode, output).toBe(0);
  vaultId = (await listedVaults(rig)).get("watch-prod-app") ?? "";
  await typeItem(rig, "postgres", vaultId);
  await waitForSecret(rig, secret);
});
afterAll(async () => {
  await project.destroy();
});

test("server and token are rotated again and again under an operator that polls, and no sync fails", async () => {
  const old = new Set<string>();
  for (let round = 1; round <= rounds; round += 1) {
    const what = round % 2 === 0 ? "--server" : "--token=operator";
    const words = ["rotate", "main", what, "--yes", "--json"];
    const { exitCode, stdout, stderr } = await opconnect(rig, words, { cwd: project.dir });
    expect(exitCode, stderr).toBe(0);
    const { rotated } = printedJson("rotate", stdout);
    expect(rotated.map(({ kind }) => kind)).toEqual(
      round % 2 === 0 ? ["server", "token"] : ["token"],
    );
    for (const each of rotated) {
      expect(old.has(each.new ?? each.old)).toBe(false);
      old.add(each.old);
    }

    const failures = (await operatorFailures(rig, namespace)).length;
    const before = await waitForSecret(rig, secret);
    await editItem(rig, "postgres", vaultId);
    await waitForSecret(rig, secret, { before });
    await sleep(pollingInterval * 1000);
    expect((await operatorFailures(rig, namespace)).slice(failures), `round ${round}`).toEqual([]);
    expect(await isReady(), `round ${round}`).toBe(true);
    expect(await activeMinted(rig, "watch"), `round ${round}`).toEqual({ servers: 1, tokens: 1 });
  }
  expect((await aliveIds()).filter((id) => old.has(id))).toEqual([]);
  expect(old.size).toBe(rounds + Math.floor(rounds / 2));
});

test("a rotation ends while Connect refuses new tokens at first, and requests now and then", async () => {
  const home = rig.env.OPCONNECT_SANDBOX_HOME ?? "";
  await setConnectMood(home, { newTokenMs: 6_000, refusesOneIn: 3, seed: 12 });
  try {
    for (const what of ["--token=operator", "--server"]) {
      const words = ["rotate", "main", what, "--yes"];
      const { exitCode, stderr } = await opconnect(rig, words, { cwd: project.dir });
      expect(exitCode, stderr).toBe(0);
      expect(await activeMinted(rig, "watch")).toEqual({ servers: 1, tokens: 1 });
    }
  } finally {
    await setConnectMood(home, { newTokenMs: 0, refusesOneIn: 0, seed: 0 });
  }
});

/** What the operator says of the item. */
async function isReady(): Promise<boolean> {
  const config = new KubeConfig();
  config.loadFromFile(rig.kubeconfig);
  const found: unknown = await config.makeApiClient(CustomObjectsApi).getNamespacedCustomObject({
    group: "onepassword.com",
    version: "v1",
    namespace,
    plural: "onepassworditems",
    name: "postgres",
  });
  const condition = z.object({ type: z.string(), status: z.string() });
  const item = z.object({ status: z.object({ conditions: z.array(condition) }) }).parse(found);
  return item.status.conditions.some(({ type, status }) => type === "Ready" && status === "True");
}

/** Ids of all servers and tokens that are alive. */
async function aliveIds(): Promise<readonly string[]> {
  const rows = z.array(z.object({ id: z.string(), state: z.string() }));
  const kinds = ["server", "token"] as const;
  const lists = kinds.map(async (kind) => rows.parse(await op(rig, ["connect", kind, "list"])));
  return (await Promise.all(lists))
    .flat()
    .filter(({ state }) => state === "ACTIVE")
    .map(({ id }) => id);
}
