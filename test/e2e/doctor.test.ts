import { spawnSync } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { environmentConfig } from "../harness/act/environment-config.ts";
import { editItem, newFields, typeItem } from "../harness/act/item.ts";
import { opconnect, startOpconnect } from "../harness/act/opconnect.ts";
import { createProject, type Project } from "../harness/act/project.ts";
import { removeDeployment, scaleDeployment, setVariable } from "../harness/disturb/deployments.ts";
import { retypeItem } from "../harness/disturb/item-object.ts";
import { withoutOp } from "../harness/disturb/without-op.ts";
import { activeMinted, listedServer, listedVaults, op } from "../harness/look/account.ts";
import { alterSecret, removeSecret } from "../harness/look/cluster-secret.ts";
import { printedJson } from "../harness/look/printed-json.ts";
import { waitForSecret } from "../harness/look/secret-arrival.ts";
import { rig } from "../harness/rig-lane.ts";

const namespace = "doc-prod-1password";
const connect = { namespace, name: "doc-prod-connect" };
const operator = { namespace, name: "doc-prod-connect-operator" };
const token = { namespace, name: "doc-prod-token" };
const arriving = ["postgres", "renamed", "archived", "deleted", "moved", "twice", "typed", "other"];
const inApp = (name: string) => ({ namespace: "doc-app", name });

let project: Project;
let vaults: ReadonlyMap<string, string>;
beforeAll(async () => {
  const item = (title: string, vault = "app", type = "Opaque") => ({
    namespace: "doc-app",
    vault,
    item: title,
    type,
  });
  const items = {
    ...Object.fromEntries(arriving.map((title) => [title, item(title)])),
    other: item("other", "data"),
    tls: item("tls", "app", "kubernetes.io/tls"),
    big: item("big"),
  };
  // For the type that an item is given by hand.
  const secretTypes = ["kubernetes.io/basic-auth"];
  const itemAccess = { rules: [{ namespaces: ["doc-app"], vaults: ["app"], secretTypes }] };
  const config = environmentConfig(rig, "doc", { items, itemAccess });
  project = await createProject({ ...rig, name: "doc", config });
  const { exitCode, output } = await project.up();
  expect(exitCode, output).toBe(0);
  vaults = await listedVaults(rig);
  for (const title of arriving.filter((name) => name !== "other"))
    await typeItem(rig, title, app());
  await typeItem(rig, "other", data());
  await typeItem(rig, "tls", app());
  const [first] = newFields();
  const value = "x".repeat(1_100_000);
  await typeItem(rig, "big", app(), first === undefined ? [] : [{ ...first, value }]);
  for (const name of arriving) await waitForSecret(rig, inApp(name));
});
afterAll(async () => {
  await project.destroy();
});

const app = () => vaults.get("doc-prod-app") ?? "";
const data = () => vaults.get("doc-prod-data") ?? "";

test("doctor names the cause where the operator or the API server refuses an item", async () => {
  await retypeItem(rig, inApp("typed"), "kubernetes.io/basic-auth");
  await expect
    .poll(async () => finding("item", "doc-app/typed"), { interval: 2_000 })
    .toMatchObject({ status: "failed" });
  const found = await findings();
  expect(found.get("item doc-app/typed")).toMatchObject({
    happened: expect.stringContaining("secret type is immutable"),
    remedy: expect.stringContaining("`kubectl delete secret -n doc-app typed`"),
  });
  expect(found.get("item doc-app/tls")).toMatchObject({
    status: "failed",
    remedy: expect.stringMatching(/kubernetes\.io\/tls needs the keys tls\.crt and tls\.key/),
  });
  expect(found.get("item doc-app/big")).toMatchObject({
    status: "failed",
    remedy: expect.stringMatching(/at most 1 MiB/),
  });
  expect(found.get("item doc-app/postgres")).toMatchObject({
    status: "ok",
    happened: expect.stringContaining("up to date: version 1"),
  });
});

test("doctor sees what was done to items in 1Password, though the operator says Ready", async () => {
  await op(rig, ["item", "edit", "renamed", "--vault", app(), "--title", "renamed anew"]);
  await editItem(rig, "renamed anew", app());
  await op(rig, ["item", "delete", "archived", "--vault", app(), "--archive"]);
  await op(rig, ["item", "delete", "deleted", "--vault", app()]);
  await op(rig, ["item", "move", "moved", "--current-vault", app(), "--destination-vault", data()]);
  await typeItem(rig, "twice", app());
  const found = await findings();
  expect(texts(found, "item")).toMatchObject({
    "doc-app/renamed": expect.stringMatching(/^failed .*was renamed to "renamed anew"/),
    "doc-app/archived": expect.stringMatching(/^failed .*is archived in 1Password/),
    "doc-app/deleted": expect.stringMatching(/^failed .*was deleted, or moved/),
    "doc-app/moved": expect.stringMatching(/^failed .*the vault "doc-prod-data"/),
    "doc-app/twice": expect.stringMatching(/^failed 2 items .*takes the oldest/),
    "doc-app/other": expect.stringMatching(/^ok /),
  });
});

test("without op the same is asked of Connect, and what neither can tell was not looked at", async () => {
  const env = await withoutOp(rig);
  const found = await findings({ env });
  expect(texts(found, "item")).toMatchObject({
    "doc-app/postgres": expect.stringMatching(/^ok .*up to date: version 1/),
    "doc-app/renamed": expect.stringMatching(/^failed .*was renamed to "renamed anew"/),
    "doc-app/moved": expect.stringMatching(/^failed .*the vault "doc-prod-data"/),
    "doc-app/twice": expect.stringMatching(/^failed 2 items/),
  });
  await scaleDeployment(rig, connect, 0);
  await expect
    .poll(async () => texts(await findings({ env }), "item")["doc-app/postgres"], {
      timeout: 60_000,
      interval: 2_000,
    })
    .toMatch(/^skipped .*not looked at: .*No pod of Connect is ready/);
  await scaleDeployment(rig, connect, 1);
});

test("a vault whose grant is gone is told by its items and by the token", async () => {
  const server = await listedServer(rig, "doc-prod");
  await op(rig, ["connect", "vault", "revoke", "--server", server, "--vault", data()]);
  const found = await findings();
  expect(found.get("item doc-app/other")).toMatchObject({
    status: "failed",
    happened: expect.stringContaining("the grant is gone"),
  });
  expect(found.get("token doc-prod-operator")).toMatchObject({ status: "failed" });
  await op(rig, ["connect", "vault", "grant", "--server", server, "--vault", data()]);
});

test("a dead environment is called dead, and refresh and up bring it back", async () => {
  await alterSecret(rig, { ...token, key: "token" }, "fixture");
  const elsewhere = { name: "WATCH_NAMESPACE", value: "elsewhere" };
  const watchAgain = await setVariable(rig, operator, elsewhere);
  await scaleDeployment(rig, connect, 0);
  const first = await findings();
  expect(first.get("cluster-secret doc-prod-token")).toMatchObject({
    status: "failed",
    happened: expect.stringContaining("does not hold what was put into it"),
  });
  expect(first.get("deployment doc-prod-connect")).toMatchObject({
    status: "failed",
    happened: expect.stringContaining("scaled to 0"),
  });
  expect(first.get("item doc-app/postgres")).toMatchObject({
    status: "failed",
    happened: expect.stringContaining("does not watch the namespace doc-app, but elsewhere"),
  });

  await watchAgain();
  await removeSecret(rig, token);
  await scaleDeployment(rig, operator, 0);
  await removeDeployment(rig, connect);
  await editItem(rig, "postgres", app());
  const second = await findings();
  expect(texts(second, "cluster-secret")["doc-prod-token"]).toMatch(/^failed There is no Secret/);
  expect(texts(second, "deployment")).toMatchObject({
    "doc-prod-connect": expect.stringMatching(/^failed There is no Deployment/),
    "doc-prod-connect-operator": expect.stringMatching(/^failed .*scaled to 0/),
  });
  expect(texts(second, "item")["doc-app/postgres"]).toMatch(
    /^(warning|failed) The Secret has version 1 of .* 1Password has version 2/,
  );

  await scaleDeployment(rig, operator, 1);
  const refreshed = await project.refresh();
  expect(refreshed.exitCode, refreshed.output).toBe(0);
  const { exitCode, output } = await project.up();
  expect(exitCode, output).toBe(0);
  const notWell = async () => {
    const found = await findings();
    const environment = { ...texts(found, "cluster-secret"), ...texts(found, "deployment") };
    const item = texts(found, "item")["doc-app/postgres"] ?? "";
    return [...Object.values(environment), item].filter((text) => !text.startsWith("ok "));
  };
  await expect.poll(notWell, { interval: 3_000 }).toEqual([]);
});

describe("where the state is kept in files", () => {
  const backend = fileURLToPath(new URL((rig.env.PULUMI_BACKEND_URL ?? "").split("?")[0] ?? ""));
  const state = join(backend, ".pulumi/stacks/doc/main.json");
  const locks = join(backend, ".pulumi/locks/organization/doc/main");
  const rotate = () => opconnect(rig, ["rotate", "main", "--yes"], { cwd: project.dir });
  const mend = () => findings({ words: ["--mend-state"] });

  test("attributes that a kill left empty are named by doctor, and mended by rotate", async () => {
    await writeFile(`${state}.attrs`, "");
    expect((await project.pulumi(["stack", "export"])).output).toContain(
      "failed to load checkpoint",
    );
    const found = await findings();
    expect(found.get("state")).toMatchObject({
      status: "failed",
      code: "PULUMI_STATE_DAMAGED",
      happened: expect.stringContaining("The state itself is whole"),
    });
    expect(found.get("deployment doc-prod-connect")).toMatchObject({ status: "ok" });
    const { exitCode, stderr } = await rotate();
    expect(exitCode, stderr).toBe(0);
    expect(stderr).toContain("the state is as it was");
  });

  test("a state that is cut off is replaced only when that is asked for", async () => {
    const whole = await readFile(state, "utf8");
    await writeFile(state, whole.slice(0, 1000));
    const { exitCode, stderr } = await rotate();
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/is cut off.*--mend-state.*\[PULUMI_STATE_DAMAGED\]/);
    expect(await readFile(state, "utf8")).toBe(whole.slice(0, 1000));
    expect((await findings()).get("state")).toMatchObject({ status: "failed" });

    const mended = await mend();
    expect(mended.get("state")).toMatchObject({
      status: "ok",
      happened: expect.stringContaining("The state was cut off, and is again"),
    });
    expect(mended.get("token doc-prod-operator")).toMatchObject({ status: "ok" });
    const { exitCode: up, output } = await project.up();
    expect(up, output).toBe(0);
  });

  test("a lock is never broken, not even of a process that is missing here; cancel releases it", async () => {
    const lock = { username: "ann", timestamp: "2026-05-05T12:00:00Z" };
    const { pid } = spawnSync(process.execPath, ["--version"]);
    const lockedBy = async (host: string) => {
      await mkdir(locks, { recursive: true });
      await writeFile(join(locks, "one.json"), JSON.stringify({ ...lock, pid, hostname: host }));
    };
    await lockedBy("elsewhere");
    const held = await opconnect(rig, ["doctor", "main", "--mend-state"], { cwd: project.dir });
    expect(held.stderr).toContain("PULUMI_STACK_LOCKED");
    const refused = await rotate();
    expect(refused.stderr).toMatch(/ann@elsewhere.*\[PULUMI_STACK_LOCKED\]/);
    // A container with the host's name may run it.
    await lockedBy(hostname());
    expect((await findings()).get("state")).toMatchObject({
      status: "failed",
      code: "PULUMI_STACK_LOCKED",
      happened: expect.stringContaining("no such process runs here"),
    });
    const kept = await opconnect(rig, ["doctor", "main", "--mend-state"], { cwd: project.dir });
    expect(kept.stderr).toContain("PULUMI_STACK_LOCKED");
    expect((await project.pulumi(["cancel", "--yes", "--stack", "main"])).exitCode).toBe(0);
    expect((await mend()).get("state")).toMatchObject({
      happened: "Pulumi reads the state, and no other run holds the stack.",
    });
  });

  test("a rotation whose terminal is closed is brought to its end by the next one", async () => {
    const words = ["rotate", "main", "--server", "--yes"];
    const running = startOpconnect(rig, words, { cwd: project.dir });
    await new Promise<void>((resolve) => {
      running.stderr.on("data", (chunk: Buffer) => {
        if (/ConnectServer .*created replacement/.test(chunk.toString())) resolve();
      });
      running.stderr.once("end", () => resolve());
    });
    running.stderr.destroy();
    process.kill(-(running.pid ?? 0), "SIGHUP");
    expect((await running).exitCode).toBe(1);
    await project.pulumi(["cancel", "--yes", "--stack", "main"]);
    await mend();
    const again = await rotate();
    expect(again.exitCode, again.stderr).toBe(0);
    expect(await activeMinted(rig, "doc")).toEqual({ servers: 1, tokens: 1 });
  });
});

/** What doctor finds, by check and subject. */
async function findings({
  words = [],
  env = {},
}: {
  readonly words?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
} = {}) {
  const run = ["doctor", "main", "--json", ...words];
  const { stdout, stderr } = await opconnect(rig, run, { cwd: project.dir, env });
  expect(stdout, stderr).not.toBe("");
  const { checks } = printedJson("doctor", stdout);
  return new Map(checks.map((each) => [`${each.check} ${each.subject ?? ""}`.trim(), each]));
}

async function finding(check: string, subject: string) {
  return (await findings()).get(`${check} ${subject}`);
}

/** Status and words of one kind of check, by subject. */
function texts(found: Awaited<ReturnType<typeof findings>>, wanted: string) {
  const ofKind = [...found.values()].filter(({ check }) => check === wanted);
  return Object.fromEntries(
    ofKind.map(({ subject = "", status, happened }) => [subject, `${status} ${happened}`]),
  );
}
