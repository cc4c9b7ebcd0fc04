import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { environmentConfig } from "../harness/act/environment-config.ts";
import { opconnect, startOpconnect } from "../harness/act/opconnect.ts";
import { createProject, type Project } from "../harness/act/project.ts";
import { countOpCalls } from "../harness/disturb/call-counter.ts";
import { activeMinted } from "../harness/look/account.ts";
import { rig } from "../harness/rig-lane.ts";

const clients = ["applyone", "applytwo"] as const;
type Client = (typeof clients)[number];
type Change = Parameters<typeof environmentConfig>[2];

/** What was reviewed is applied to a fleet as it was, or not at all. */
describe("a report of two environments", () => {
  let project: Project;
  let report: string;

  beforeAll(async () => {
    project = await createProject({ ...rig, name: "applyfleet", config: {} });
    report = join(project.dir, "report.json");
    for (const client of clients) {
      await configure(client);
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
    const salt = /^encryptionsalt: .*$/m.exec(await readFile(file, "utf8").catch(() => ""))?.[0];
    const wave = client === "applyone" ? { "opconnect:wave": "canary" } : {};
    const config = { ...wave, "applyfleet:args": args, "applyfleet:namespaces": namespaces };
    await writeFile(file, `${salt ?? ""}\n${stringify({ config })}`);
  }

  const stacks = clients.map(stackOf);
  const run = (...words: string[]) => opconnect(rig, words, { cwd: project.dir });
  const words = () => ["up", "--reviewed", report, "--yes", "--json", "--waves", "canary,rest"];
  const up = () => run(...words());
  const preview = () => run("preview", ...stacks, "--json", report);
  const ends = (stdout: string) =>
    Object.fromEntries(
      JSON.parse(stdout).stacks.map(({ stack, end }: { stack: string; end: string }) => [
        stack,
        end,
      ]),
    );

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
    await expect.poll(() => told, { timeout: 120_000 }).toContain("applyone-prod: applies");
    process.kill(-(killed.pid ?? 0), "SIGKILL");
    await killed;
    await project.pulumi(["cancel", "--yes", "--stack", stackOf("applyone")]);
    const second = await up();
    expect(second.exitCode, second.stdout + second.stderr).toBe(0);
    expect(ends(second.stdout)).toEqual({ "applyone-prod": "applied", "applytwo-prod": "applied" });
  });

  test("that was edited by hand is refused before anything is asked of a stack", async () => {
    const text = await readFile(report, "utf8");
    await writeFile(report, text.replace('"changed"', '"unchanged"'));
    const refused = await up();
    expect(refused.exitCode).not.toBe(0);
    expect(refused.stderr).toContain("FLEET_REPORT_INVALID");
  });

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
