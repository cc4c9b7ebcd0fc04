import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { parseReportFile } from "@opconnect/fleet";
import pidtree from "pidtree";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { environmentConfig } from "../harness/act/environment-config.ts";
import { opconnect, startOpconnect } from "../harness/act/opconnect.ts";
import { createProject, type Project } from "../harness/act/project.ts";
import { countOpCalls } from "../harness/disturb/call-counter.ts";
import { withoutOp } from "../harness/disturb/without-op.ts";
import {
  activeMinted,
  listedServer,
  listedTokens,
  listedVaults,
  liveIds,
  op,
} from "../harness/look/account.ts";
import { printedJson } from "../harness/look/printed-json.ts";
import { rig } from "../harness/rig-lane.ts";

const clients = ["applyone", "applytwo"] as const;
type Client = (typeof clients)[number];
const noteKey = "applyfleet:note";
type Change = Parameters<typeof environmentConfig>[2];

/** What was reviewed is applied to a fleet as it was, or not at all. */
describe("a report of two environments", () => {
  let project: Project;
  let report: string;

  beforeAll(async () => {
    project = await createProject({ ...rig, name: "applyfleet", config: {} });
    // It has no environment.
    await project.pulumi(["stack", "rm", "--yes", "main"]);
    report = join(project.dir, "report.json");
    for (const client of clients) {
      const postgres = { namespace: `${client}-app`, vault: "app", item: "postgres" };
      await configure(client, { items: { postgres } });
      const { exitCode, output } = await project.pulumi(["stack", "init", stackOf(client)]);
      expect(exitCode, output).toBe(0);
    }
  });
  afterAll(async () => {
    for (const client of clients) await pulumi(client, "destroy");
  });

  const stackOf = (client: Client) => `${client}-prod`;
  const pulumi = (client: Client, command: string) =>
    project.pulumi([command, "--yes", "--skip-preview", "--stack", stackOf(client)]);

  async function configure(client: Client, change: Change = {}): Promise<void> {
    const { args, namespaces } = environmentConfig(rig, client, { items: {}, ...change });
    const file = join(project.dir, `Pulumi.${stackOf(client)}.yaml`);
    const old = await readFile(file, "utf8").catch(() => "");
    const salt = /^encryptionsalt: .*$/m.exec(old)?.[0];
    const { config: kept = {} }: { config?: Record<string, unknown> } = parse(old) ?? {};
    const note = kept[noteKey] === undefined ? {} : { [noteKey]: kept[noteKey] };
    const wave = client === "applyone" ? { "opconnect:wave": "canary" } : {};
    const config = {
      ...wave,
      ...note,
      "applyfleet:args": args,
      "applyfleet:namespaces": namespaces,
    };
    await writeFile(file, `${salt ?? ""}\n${stringify({ config })}`);
  }

  /** A secret of the configuration, which the program hands on to the cluster. */
  async function setNote(client: Client, value: string): Promise<void> {
    const words = ["config", "set", "--secret", noteKey, value, "--stack", stackOf(client)];
    const { exitCode, output } = await project.pulumi(words);
    expect(exitCode, output).toBe(0);
  }

  const stacks = clients.map(stackOf);
  const run = (words: readonly string[], env: NodeJS.ProcessEnv = {}) =>
    opconnect(rig, words, { cwd: project.dir, env });
  const words = () => ["up", "--reviewed", report, "--yes", "--json", "--waves", "canary,rest"];
  const up = (env: NodeJS.ProcessEnv = {}) => run(words(), env);
  const preview = () => run(["preview", ...stacks, "--json", report]);
  const ends = (stdout: string) =>
    Object.fromEntries(printedJson("up", stdout).stacks.map(({ stack, end }) => [stack, end]));

  test("is applied, minting and all, and a second run does nothing", async () => {
    const previewed = await preview();
    expect(previewed.exitCode, previewed.stderr).toBe(2);
    const first = await up();
    expect(first.exitCode, first.stderr).toBe(0);
    expect(ends(first.stdout)).toEqual({ "applyone-prod": "applied", "applytwo-prod": "applied" });
    for (const client of clients) {
      expect(await activeMinted(rig, client)).toEqual({ servers: 1, tokens: 1 });
    }
    const opCalls = await countOpCalls(rig);
    const again = await up();
    expect(again.exitCode, again.stderr).toBe(0);
    expect(Object.values(ends(again.stdout))).toEqual(["done before", "done before"]);
    expect(await opCalls()).toEqual([]);
    const after = await preview();
    expect(after.exitCode, after.stdout + after.stderr).toBe(0);
  });

  test("is looked at for drift by one host of dynamic resources, and has none", async () => {
    const file = join(project.dir, "drift.json");
    const drift = startOpconnect(rig, ["drift", ...stacks, "--json", file], { cwd: project.dir });
    const started = new Map<number, string>();
    const { pid = 0 } = drift;
    const looking = setInterval(async () => {
      for (const id of await pidtree(pid).catch(() => [])) {
        const words = await readFile(`/proc/${id}/cmdline`, "utf8").catch(() => "");
        if (words !== "") started.set(id, words.replaceAll("\0", " "));
      }
    }, 100);
    const { exitCode, stdout, stderr } = await drift.finally(() => clearInterval(looking));
    expect(exitCode, `${stdout}${stderr}`).toBe(0);
    const { kind, stacks: looked } = parseReportFile(await readFile(file, "utf8"), file);
    expect(kind).toBe("drift");
    expect(looked.map(({ outcome }) => outcome)).toEqual(["unchanged", "unchanged"]);
    const commands = [...started.values()];
    expect(commands.filter((words) => words.includes("refresh")).length).toBeGreaterThan(1);
    expect(commands.filter((words) => words.includes("dynamic-provider"))).toEqual([]);
  });

  test("is refused for a stack whose configuration has changed since, which stays as it is", async () => {
    await review({ operator: { pollingInterval: 30 } });
    await configure("applytwo", { operator: { pollingInterval: 90 } });
    const state = await stateOf("applytwo");
    const refused = await up();
    expect(refused.exitCode, refused.stderr).toBe(1);
    expect(ends(refused.stdout)).toEqual({
      "applyone-prod": "applied",
      "applytwo-prod": "refused",
    });
    expect(refused.stderr).toContain("otherwise than was reviewed");
    expect(refused.stderr).toContain("The configuration in its stack file was changed");
    expect(await stateOf("applytwo")).toBe(state);
    await configure("applytwo", { operator: { pollingInterval: 30 } });
    const mended = await up();
    expect(mended.exitCode, mended.stderr).toBe(0);
    expect(ends(mended.stdout)).toEqual({
      "applyone-prod": "done before",
      "applytwo-prod": "applied",
    });
  });

  test("is refused for a stack that somebody has updated since", async () => {
    await review({ operator: { pollingInterval: 45 } });
    await pulumi("applyone", "refresh");
    const refused = await up();
    expect(refused.exitCode, refused.stderr).toBe(1);
    expect(ends(refused.stdout)).toEqual({
      "applyone-prod": "refused",
      "applytwo-prod": "not begun",
    });
    expect(refused.stderr).toContain("The stack was updated since the review");
  });

  test("is finished by a second run where the first was killed in the middle", async () => {
    await review({ operator: { pollingInterval: 60 } });
    const killed = startOpconnect(rig, words(), { cwd: project.dir });
    let told = "";
    killed.stderr?.on("data", (chunk) => {
      told += String(chunk);
    });
    await expect.poll(() => told).toContain("applyone-prod: applies");
    process.kill(-(killed.pid ?? 0), "SIGKILL");
    await killed;
    await project.pulumi(["cancel", "--yes", "--stack", stackOf("applyone")]);
    const second = await up();
    expect(second.exitCode, second.stdout + second.stderr).toBe(0);
    expect(ends(second.stdout)).toEqual({ "applyone-prod": "applied", "applytwo-prod": "applied" });
  });

  test("of a rotation and a vault that goes stops where it fails, and is finished, twice by nobody", async () => {
    await setNote("applytwo", "fixture-note-one");
    await configure("applyone", { revision: 2, vaults: ["app"] });
    const previewed = await preview();
    expect(previewed.exitCode, previewed.stdout + previewed.stderr).toBe(2);
    const server = await listedServer(rig, "applyone-prod");
    const untouched = await stateOf("applytwo");

    const failed = await up(await withoutOp(rig));
    expect(failed.exitCode, failed.stderr).toBe(1);
    expect(ends(failed.stdout)).toEqual({
      "applyone-prod": "failed",
      "applytwo-prod": "not begun",
    });
    expect(failed.stderr).toContain("[OP_NOT_INSTALLED]");
    expect(await stateOf("applytwo")).toBe(untouched);

    const second = await up();
    expect(second.exitCode, second.stdout + second.stderr).toBe(0);
    expect(ends(second.stdout)).toEqual({ "applyone-prod": "applied", "applytwo-prod": "applied" });
    expect(await listedServer(rig, "applyone-prod")).not.toBe(server);
    expect(await activeMinted(rig, "applyone")).toEqual({ servers: 1, tokens: 1 });
    const token = (await listedTokens(rig, "applyone")).get("applyone-prod-operator");
    expect(token?.vaults).toHaveLength(1);
    expect([...(await listedVaults(rig)).keys()]).toContain("applyone-prod-data");
    const after = await preview();
    expect(after.exitCode, after.stdout + after.stderr).toBe(0);
  });

  test("is refused where a secret of the configuration was set anew since, and else applied", async () => {
    await setNote("applytwo", "fixture-note-two");
    const previewed = await preview();
    expect(previewed.exitCode, previewed.stdout + previewed.stderr).toBe(2);
    expect(await readFile(report, "utf8")).not.toMatch(/fixture-note/);
    await setNote("applytwo", "fixture-note-three");
    const state = await stateOf("applytwo");
    const refused = await up();
    expect(refused.exitCode, refused.stderr).toBe(1);
    expect(ends(refused.stdout)).toEqual({ "applytwo-prod": "refused" });
    expect(refused.stderr).toContain("(values are not shown)");
    expect(await stateOf("applytwo")).toBe(state);
    expect((await preview()).exitCode).toBe(2);
    const applied = await up();
    expect(applied.exitCode, applied.stderr).toBe(0);
    expect(ends(applied.stdout)).toEqual({ "applytwo-prod": "applied" });
    expect(await noteInCluster("applytwo")).toBe("fixture-note-three");
  });

  test("that was edited by hand is refused before anything is asked of a stack", async () => {
    const text = await readFile(report, "utf8");
    await writeFile(report, text.replace('"changed"', '"unchanged"'));
    const refused = await up();
    expect(refused.exitCode).not.toBe(0);
    expect(refused.stderr).toContain("FLEET_REPORT_INVALID");
  });

  test("has no drift either once all of that has been carried out", async () => {
    const file = join(project.dir, "drift.json");
    const drift = await run(["drift", ...stacks, "--json", file]);
    expect(drift.exitCode, drift.stdout + drift.stderr).toBe(0);
    const { kind, stacks: looked } = parseReportFile(await readFile(file, "utf8"), file);
    expect(kind).toBe("drift");
    expect(looked.map(({ outcome }) => outcome)).toEqual(["unchanged", "unchanged"]);
  });

  test("has a status as a table, as JSON and as a page, told without op and passphrase", async () => {
    const env = { ...(await withoutOp(rig)), PULUMI_CONFIG_PASSPHRASE: undefined };
    const page = join(project.dir, "status.html");
    const table = await run(["status", ...stacks, "--reach", "--html", page], env);
    expect(table.exitCode, table.stdout + table.stderr).toBe(0);
    expect(table.stdout).toMatch(/applyone-prod +\S+ +\S+ .*applyone-prod/);
    expect(table.stdout).toMatch(/app +read +applytwo-prod/);
    const { stdout } = await run(["status", ...stacks, "--json"], env);
    const told = printedJson("status", stdout).stacks;
    for (const [index, client] of clients.entries()) {
      const { credentials = [], reach = [], drift, failure } = told[index] ?? {};
      const ids = credentials.map(({ id }) => id);
      expect(ids.toSorted()).toEqual((await liveIds(rig, client)).toSorted());
      expect([drift, failure]).toEqual([[], undefined]);
      expect(reach.map(({ vault }) => vault)).toEqual(
        client === "applyone" ? ["app"] : ["app", "data"],
      );
    }
    const html = await readFile(page, "utf8");
    for (const stack of stacks) expect(html).toContain(stack);
    expect(html).not.toMatch(/fixture-note|https?:/);
  });

  test("has all tokens rotated wave by wave: it stops where one fails, and goes on there", async () => {
    const old = await Promise.all(clients.map((client) => liveIds(rig, client)));
    const rotate = () => run(["rotate", "--all", "--waves", "canary,rest", "--yes", "--json"]);
    const turns = (stdout: string) =>
      Object.fromEntries(
        printedJson("rotate-fleet", stdout).stacks.map(({ stack, outcome }) => [stack, outcome]),
      );
    await configure("applytwo", { chart: { version: "0.0.1" } });
    const first = await rotate();
    expect(first.exitCode, first.stderr).toBe(1);
    expect(turns(first.stdout)).toMatchObject({
      "applyone-prod": "done",
      "applytwo-prod": "failed",
    });
    const once = await liveIds(rig, "applyone");
    expect(once).toHaveLength(2);
    expect(once).not.toEqual(old[0]);
    expect(await liveIds(rig, "applytwo")).toEqual(old[1]);

    await configure("applytwo");
    const second = await rotate();
    expect(second.exitCode, second.stdout + second.stderr).toBe(0);
    expect(turns(second.stdout)).toMatchObject({
      "applyone-prod": "done before",
      "applytwo-prod": "done",
    });
    expect(await liveIds(rig, "applyone")).toEqual(once);
    expect(await liveIds(rig, "applytwo")).not.toEqual(old[1]);
    expect(await activeMinted(rig, "applytwo")).toEqual({ servers: 1, tokens: 1 });
  });

  test("has all tokens rotated by runs that are ended again and again, each going on there", async () => {
    const old = await Promise.all(clients.map((client) => liveIds(rig, client)));
    const rotation = ["rotate", "--all", "--waves", "canary,rest", "--yes", "--json"];
    const moments = [
      ["SIGKILL", "applyone", /Updating/],
      ["SIGKILL", "applyone", /ConnectToken \S+ creating replacement/],
      ["SIGINT", "applytwo", /ConnectToken \S+ creating replacement/],
      ["SIGKILL", "applytwo", /ConnectToken \S+ deleting original/],
    ] as const;
    for (const [signal, client, moment] of moments) {
      const ended = await endedAt(rotation, signal, client, moment);
      if (signal === "SIGINT") {
        expect(ended.exitCode, ended.stderr).toBe(1);
        expect(ended.stderr).toContain("the old ones that are not revoked are valid");
        expect(ended.stderr).toContain("[ROTATION_UNFINISHED]");
        continue;
      }
      expect(ended.signal, ended.stderr).toBe("SIGKILL");
      const locked = await run(rotation);
      expect(locked.exitCode, locked.stderr).toBe(1);
      expect(locked.stderr).toContain(`\`pulumi cancel --stack ${stackOf(client)}\``);
      expect(locked.stderr).toContain("[PULUMI_STACK_LOCKED]");
      await project.pulumi(["cancel", "--yes", "--stack", stackOf(client)]);
    }
    const last = await run(rotation);
    expect(last.exitCode, last.stderr).toBe(0);
    for (const [index, client] of clients.entries()) {
      // Of the tokens none is left but one, which is new and which the store claims.
      const [server, token, ...others] = await liveIds(rig, client);
      expect([server, ...others]).toEqual([old[index]?.[0]]);
      expect(old[index]).not.toContain(token);
      const orphans = await run(["orphans", "--client", client, "--settled", "1s"]);
      expect(orphans.exitCode, orphans.stdout).toBe(0);
    }
    const after = await preview();
    expect(after.exitCode, after.stdout + after.stderr).toBe(0);
  });

  test("shows as drift what is gone behind its back, of the stack that had it alone", async () => {
    const token = (await listedTokens(rig, "applytwo")).values().next().value;
    await op(rig, ["connect", "token", "delete", token?.id ?? ""]);
    const file = join(project.dir, "drift.json");
    const drift = await run(["drift", ...stacks, "--json", file]);
    expect(drift.exitCode, drift.stdout + drift.stderr).toBe(2);
    const [one, two] = parseReportFile(await readFile(file, "utf8"), file).stacks;
    expect(one).toMatchObject({ stack: "applyone-prod", outcome: "unchanged", steps: [] });
    expect(two?.steps.map(({ operation, type }) => [operation, type])).toEqual([
      ["delete", "pulumi-nodejs:dynamic/opconnect:ConnectToken"],
    ]);
    expect(two?.risks.map(({ kind }) => kind)).toContain("token-replaced");
  });

  /** Sends a signal to a run and all that it started, at what it prints of a stack. */
  async function endedAt(
    words: readonly string[],
    signal: NodeJS.Signals,
    client: Client,
    moment: RegExp,
  ) {
    const running = startOpconnect(rig, words, { cwd: project.dir });
    let told = "";
    running.stderr?.on("data", (chunk) => {
      told += String(chunk);
    });
    const ofClient = () => told.split(`\n${stackOf(client)}:\n`)[1];
    await expect.poll(ofClient, { interval: 20 }).toMatch(moment);
    process.kill(-(running.pid ?? 0), signal);
    return running;
  }

  async function noteInCluster(client: Client): Promise<string | undefined> {
    const config = new KubeConfig();
    config.loadFromFile(rig.kubeconfig);
    const core = config.makeApiClient(CoreV1Api);
    const { metadata } = await core.readNamespace({ name: `${client}-app` });
    return metadata?.annotations?.note;
  }

  /** Both stacks change, and a report of that is written. */
  async function review(change: Change): Promise<void> {
    for (const client of clients) await configure(client, change);
    const { exitCode, stdout, stderr } = await preview();
    expect(exitCode, stdout + stderr).toBe(2);
  }

  async function stateOf(client: Client): Promise<string> {
    return (await project.pulumi(["stack", "export", "--stack", stackOf(client)])).output;
  }
});
