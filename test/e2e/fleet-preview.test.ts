import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseReportFile } from "@opconnect/fleet";
import pidtree from "pidtree";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { parse, stringify } from "yaml";
import { waysFound } from "../../packages/fleet/fixtures/seeded-run.ts";
import { tryFiles } from "../fleet/affected-truth.ts";
import { compareKinds, compareStacks, layKinds, program } from "../fleet/compare.ts";
import { kinds } from "../fleet/kinds.ts";
import type { Declared } from "../fleet/program/lib/spec.ts";
import { createFleetFolder, type FleetFolder } from "../harness/act/fleet-project.ts";
import { installYamlLanguage } from "../harness/act/install-yaml-language.ts";
import { opconnect, startOpconnect } from "../harness/act/opconnect.ts";
import { rig } from "../harness/rig-lane.ts";

const stacks = ["fleeting-dev", "fleeting-prod", "passing-prod"] as const;
const small: Declared = { resources: [{ name: "one", props: { kind: "x" } }] };

describe("three stacks of two clients", () => {
  let fleet: FleetFolder;
  beforeAll(async () => {
    fleet = await createFleetFolder(rig, "fleet", program);
    for (const stack of stacks) await fleet.configure(stack, { declared: small });
  });

  /** Runs the command and reads its report. */
  async function preview(words: readonly string[] = [], env: NodeJS.ProcessEnv = {}) {
    const file = join(await mkdtemp(join(rig.dir, "report-")), "report.json");
    const run = await opconnect(rig, ["preview", "--json", file, ...words], {
      cwd: fleet.dir,
      env,
    });
    const text = await readFile(file, "utf8").catch(() => undefined);
    return { ...run, text, report: text === undefined ? undefined : parseReportFile(text, file) };
  }
  const outcomes = (report: Awaited<ReturnType<typeof preview>>["report"]) =>
    Object.fromEntries(report?.stacks.map(({ stack, outcome }) => [stack, outcome]) ?? []);
  async function configured(stack: string, declared: Declared): Promise<void> {
    await fleet.configure(stack, { declared });
    onTestFinished(() => fleet.configure(stack, { declared: small }));
  }

  test("show the same change, though one worker previews them one after the other", async () => {
    const { report, exitCode, stdout, stderr } = await preview(["--parallel", "1"]);
    expect(exitCode, stderr).toBe(2);
    expect(outcomes(report)).toEqual(Object.fromEntries(stacks.map((name) => [name, "changed"])));
    // Each is the first that its program makes, and so all have the same shape.
    expect(new Set(report?.stacks.map(({ shape }) => shape)).size).toBe(1);
    expect(report?.stacks.map(({ client, environment }) => [client, environment])).toEqual([
      ["fleeting", "dev"],
      ["fleeting", "prod"],
      ["passing", "prod"],
    ]);
    expect(stdout).toContain("3 of 3 stacks change");
  });

  test("are picked by client and environment, and a name that is none is refused", async () => {
    const words = ["--client", "fleeting", "--environment", "prod"];
    const { report } = await preview(words);
    expect(report?.stacks.map(({ stack }) => stack)).toEqual(["fleeting-prod"]);
    const wrong = await preview(["passing-prd"]);
    expect(wrong).toMatchObject({ exitCode: 1, report: undefined });
    expect(wrong.stderr).toContain("Did you mean passing-prod? [STACK_NOT_FOUND]");
  });

  test.each(["throw", "late", "exit"] as const)(
    "one of which ends by %s hides none of the others, and its secret stays in it",
    async (fail) => {
      await configured("fleeting-prod", { ...small, fail });
      const { report, exitCode, text, stdout, stderr } = await preview();
      expect(exitCode).toBe(1);
      expect(outcomes(report)).toEqual({
        "fleeting-dev": "changed",
        "fleeting-prod": "failed",
        "passing-prod": "changed",
      });
      // The same in base64 begins so; in an address and in JSON it does as it is.
      expect(`${text}${stdout}${stderr}`).not.toMatch(/fixture-secret|Zml4dHVyZS1zZWNyZXQ/);
    },
  );

  test("tell of what looks like a secret in the clear, whether a stack fails or not", async () => {
    const token = `ops_${Buffer.from('{"fixture":"marker"}').toString("base64")}`;
    const db = { hosts: ["db.example.com"], passwords: [{ of: "app", token }] };
    await fleet.configure("fleeting-prod", { declared: { ...small, fail: "throw" }, db });
    onTestFinished(() => fleet.configure("fleeting-prod", { declared: small }));
    const file = join(fleet.dir, "Pulumi.yaml");
    const text = await readFile(file, "utf8");
    onTestFinished(() => writeFile(file, text));
    await writeFile(file, stringify({ ...parse(text), config: { "of:all": { value: token } } }));
    const words = ["config", "set", "--secret", "kept", token, "--stack", "passing-prod"];
    expect(await fleet.pulumi(words)).toMatchObject({ exitCode: 0 });
    onTestFinished(() => fleet.configure("passing-prod", { declared: small }));
    const run = await preview(["--markdown", join(rig.dir, "clear.md")]);
    const told = (stack: string) =>
      run.report?.stacks
        .find((each) => each.stack === stack)
        ?.risks.flatMap((each) => (each.kind === "secret-in-clear" ? [each.text] : []));
    expect(outcomes(run.report)["fleeting-prod"]).toBe("failed");
    expect(told("fleeting-prod")).toEqual([
      expect.stringContaining("in the `Pulumi.yaml` of fleeting-prod, at `of:all`"),
      expect.stringContaining("in the configuration of fleeting-prod, at `db.passwords[0].token`"),
    ]);
    expect(told("passing-prod")).toEqual([expect.stringContaining("at `of:all`")]);
    const markdown = await readFile(join(rig.dir, "clear.md"), "utf8");
    expect(markdown).toContain("--secret --path 'db.passwords[0].token' --stack");
    const all = [run.text, run.stdout, run.stderr, markdown].join("\n");
    expect(waysFound(token, all)).toEqual([]);
    // What the report tells to do does it.
    const path = ["--path", "db.passwords[0].token", "--stack", "fleeting-prod"];
    expect(await fleet.pulumi(["config", "set", "--secret", ...path, token])).toMatchObject({
      exitCode: 0,
    });
    const again = await preview(["--client", "fleeting", "--environment", "prod"]);
    expect(again.report?.stacks[0]?.risks.map(({ kind }) => kind)).toEqual([
      "failed",
      "secret-in-clear",
    ]);
  });

  test("one of which never ends is given up at its time limit", async () => {
    await configured("fleeting-prod", { ...small, fail: "block" });
    const { report, exitCode } = await preview(["--timeout", "40s"]);
    expect(exitCode).toBe(1);
    expect(outcomes(report)["passing-prod"]).toBe("changed");
    const blocked = report?.stacks.find(({ stack }) => stack === "fleeting-prod");
    expect(blocked?.problems).toMatchObject([{ code: "PREVIEW_TIMED_OUT" }]);
  });

  test("a passphrase that is missing is told of each", async () => {
    const { report, exitCode } = await preview([], { PULUMI_CONFIG_PASSPHRASE: undefined });
    expect(exitCode).toBe(1);
    expect(report?.stacks.flatMap(({ problems }) => problems.map(({ code }) => code))).toEqual(
      stacks.map(() => "PULUMI_PASSPHRASE_MISSING"),
    );
  });

  test("a mistake in the program ends the run at once, in TypeScript's words", async () => {
    const file = join(fleet.dir, "lib/seen.ts");
    const good = await readFile(file, "utf8");
    onTestFinished(() => writeFile(file, good));
    await writeFile(file, `${good}export const wrong: string = 1;\n`);
    const { report, exitCode, stderr } = await preview([], { PULUMI_NODEJS_TRANSPILE_ONLY: "" });
    expect(exitCode).toBe(1);
    expect(report).toBeUndefined();
    expect(stderr).toContain("error TS2322: Type 'number' is not assignable to type 'string'");
    expect(stderr).toContain("[PROGRAM_INVALID]");
  });

  test("a worker that is killed takes nothing with it", async () => {
    const file = join(rig.dir, "killed.json");
    const run = startOpconnect(rig, ["preview", "--json", file, "--parallel", "3"], {
      cwd: fleet.dir,
    });
    const engine = await found(run.pid ?? 0, /pulumi preview/);
    process.kill(await parentOf(engine), "SIGKILL");
    const { exitCode, stderr } = await run;
    expect(exitCode, stderr).toBe(2);
    const report = parseReportFile(await readFile(file, "utf8"), file);
    expect(outcomes(report)).toEqual(Object.fromEntries(stacks.map((name) => [name, "changed"])));
  });

  test("^C ends every process, and leaves no lock", async () => {
    for (const stack of stacks) await configured(stack, { ...small, fail: "wait" });
    const run = startOpconnect(rig, ["preview", "--parallel", "3"], { cwd: fleet.dir });
    await found(run.pid ?? 0, /pulumi preview/);
    const started = await pidtree(run.pid ?? 0);
    process.kill(run.pid ?? 0, "SIGINT");
    const { exitCode, stderr } = await run;
    expect(exitCode, stderr).toBe(1);
    expect(stderr).toContain("[PREVIEW_ENDED]");
    expect(started.length).toBeGreaterThan(3);
    expect(started.filter(isRunning)).toEqual([]);
    for (const stack of stacks) await fleet.configure(stack, { declared: small });
    const up = ["up", "--yes", "--skip-preview", "--stack", "passing-prod"];
    expect(await fleet.pulumi(up)).toMatchObject({ exitCode: 0 });
  });
});

test("kinds of change are told as `pulumi preview --json` alone tells them", async () => {
  // All of them: `npm run test:fleet`.
  const sample = kinds.filter(({ name }) =>
    /^(nothing|a nested text|a secret|a replacement that others use|another name with an alias|what a provider refuses)$/.test(
      name,
    ),
  );
  expect(sample).toHaveLength(6);
  const folder = await layKinds(rig, "kinds", sample);
  for (const { kind, ours, theirs } of await compareKinds(rig, folder, sample)) {
    expect(ours, kind).toEqual(theirs);
  }
});

describe("a project in YAML, which reads an output of one in TypeScript", () => {
  let typescript: FleetFolder;
  let yaml: FleetFolder;
  const configurations = {
    created: { name: "created" },
    same: {},
    updated: { label: "two" },
    replaced: { text: "second" },
    failing: { file: "missing.txt" },
  };
  beforeAll(async () => {
    await installYamlLanguage(rig);
    typescript = await createFleetFolder(rig, "shared", program);
    await typescript.configure("shared-prod", { declared: { ...small, outputs: { size: 1 } } });
    await up(typescript, "shared-prod");
    yaml = await createFleetFolder(rig, "textual", join(import.meta.dirname, "../fleet/yaml"));
    await configure("base", {});
    await up(yaml, "base");
    for (const [stack, config] of Object.entries(configurations)) {
      await configure(stack, config);
      if (stack !== "created") await yaml.copyState("base", stack);
    }
  });

  async function up(folder: FleetFolder, stack: string): Promise<void> {
    const { exitCode, stderr, stdout } = await folder.pulumi([
      ...["up", "--yes", "--skip-preview", "--stack", stack],
    ]);
    expect(exitCode, `${stdout}${stderr}`).toBe(0);
  }

  async function configure(stack: string, config: Readonly<Record<string, string>>): Promise<void> {
    await yaml.configure(stack, config);
    const password = ["config", "set", "--secret", "password", "fixture-secret"];
    expect(await yaml.pulumi([...password, "--stack", stack])).toMatchObject({ exitCode: 0 });
  }

  async function preview(folder: FleetFolder, ...words: readonly string[]) {
    const file = join(await mkdtemp(join(rig.dir, "report-")), "report.json");
    const run = await opconnect(rig, ["preview", ...words, "--json", file], { cwd: folder.dir });
    const text = await readFile(file, "utf8");
    expect(`${text}${run.stdout}${run.stderr}`).not.toMatch(/fixture-secret|Zml4dHVyZS1zZWNyZXQ/);
    return { ...run, file, report: parseReportFile(text, file) };
  }

  test("is told as `pulumi preview --json` alone tells it", async () => {
    const told = await compareStacks(rig, yaml, Object.keys(configurations));
    for (const { stack, ours, theirs } of told) expect(ours, stack).toEqual(theirs);
    const [settings, access] = ["ConfigMap settings", "Secret access"].map(
      (name) => `kubernetes:core/v1:${name}`,
    );
    expect(told.map(({ ours }) => ours)).toEqual([
      [`create ${settings}`, `create ${access}`],
      [],
      [`update ${settings}`],
      [`replace ${settings} for data`],
      ["failed"],
    ]);
  });

  test("fails with the line of what it fails by, and nothing that is secret", async () => {
    const problems = async (stack: string) => {
      const { exitCode, report } = await preview(yaml, stack);
      expect(exitCode).toBe(1);
      return report.stacks.flatMap((each) => each.problems.map(({ happened }) => happened));
    };
    const lineOf = async (text: string) => {
      const lines = (await readFile(file, "utf8")).split("\n");
      return `in line ${lines.findIndex((line) => line.includes(text)) + 1} of Pulumi.yaml`;
    };
    const file = join(yaml.dir, "Pulumi.yaml");
    expect((await problems("failing"))[0]).toContain(await lineOf("fn::readFile"));
    const good = await readFile(file, "utf8");
    onTestFinished(() => writeFile(file, good));
    // This is no failure of the program's run: what runs it prints that it does not.
    await writeFile(file, good.replace("v1:ConfigMap", "v1:ConfigMop"));
    const [unknown, ...others] = await problems("same");
    expect(unknown).toContain(`printed an error ${await lineOf("v1:ConfigMop")}`);
    expect(others).toEqual([]);
    await writeFile(file, good.replace("config:\n", "config:\n  more:\n    type: string\n"));
    expect(await problems("same")).toEqual([
      "The preview of same failed: its configuration is not what `Pulumi.yaml` declares.",
    ]);
  });

  test("is one report with that in TypeScript", async () => {
    const parts = [await preview(typescript), await preview(yaml, "same", "updated")];
    const merged = join(rig.dir, "merged.json");
    const files = parts.map(({ file }) => file);
    const run = await opconnect(rig, ["report", "merge", ...files, "--json", merged]);
    expect(run.exitCode, run.stderr).toBe(2);
    const { runs, stacks } = parseReportFile(await readFile(merged, "utf8"), merged);
    expect(runs.map(({ project }) => project)).toEqual(["shared", "textual"]);
    expect(stacks.map(({ project, stack, outcome }) => [project, stack, outcome])).toEqual([
      ["shared", "shared-prod", "unchanged"],
      ["textual", "same", "unchanged"],
      ["textual", "updated", "changed"],
    ]);
  });

  test("is applied as it was reviewed, which it is not with a name that is made up", async () => {
    const apply = async () => {
      const { file } = await preview(yaml, "created");
      return opconnect(rig, ["up", "--reviewed", file, "--yes"], { cwd: yaml.dir });
    };
    for (const text of ["first", "second"]) {
      await configure("created", { name: "created", text });
      const applied = await apply();
      expect(applied.exitCode, applied.stderr).toBe(0);
      const { exitCode, stdout } = await preview(yaml, "created");
      expect(exitCode, stdout).toBe(0);
    }
    const file = join(yaml.dir, "Pulumi.yaml");
    const good = await readFile(file, "utf8");
    onTestFinished(() => writeFile(file, good));
    const unnamed = good.slice(good.indexOf("  access:"), good.indexOf("outputs:"));
    const another = unnamed.replace("access", "another").replace(/ +metadata:\n.*name.*\n/, "");
    await writeFile(file, good.replace("outputs:", `${another}outputs:`));
    const refused = await apply();
    expect(refused.exitCode, refused.stdout).toBe(1);
    expect(refused.stderr).toContain("create of Secret another changes metadata.name otherwise");
  });
});

test("--affected misses no stack whose result differs", async () => {
  // Every file: `npm run test:fleet`.
  const files = ["lib/seen.ts", "label.json", "Pulumi.first-prod.yaml"];
  const truths = await tryFiles(rig, "affected", files);
  for (const { file, picked, differing } of truths) {
    expect(picked, file).toEqual(expect.arrayContaining([...differing]));
    expect(differing, file).not.toEqual([]);
  }
  expect(truths.at(-1)?.picked).toEqual(["first-prod"]);
});

async function found(parent: number, command: RegExp): Promise<number> {
  const deadline = Date.now() + 300_000;
  while (Date.now() < deadline) {
    const ids = await pidtree(parent).catch(() => []);
    for (const id of ids) {
      const line = await readFile(`/proc/${id}/cmdline`, "utf8").catch(() => "");
      if (command.test(line.replaceAll("\0", " "))) return id;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`No process ${command} was started.`);
}

async function parentOf(pid: number): Promise<number> {
  const [, parent = ""] =
    /^PPid:\s*(\d+)$/m.exec(await readFile(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(parent);
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
