import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeStack, type FleetReport, renderReportFile } from "@opconnect/fleet";
import { execa } from "execa";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { largeReport } from "../../../packages/fleet/fixtures/large-report.ts";
import {
  seededPassword,
  seededRun,
  waysFound,
} from "../../../packages/fleet/fixtures/seeded-run.ts";
import {
  type StrictGitLab,
  startStrictGitLab,
} from "../../../packages/fleet/fixtures/strict-gitlab.ts";
import { printProgress } from "../../rig/progress.ts";
import { checkJsonschema } from "../../rig/tools/catalog.ts";
import { ensureTool } from "../../rig/tools/ensure-tool.ts";
import { example, jobOf, jobs, resolvedFile, stages, workflow } from "./gitlab-jobs.ts";
import { takenWords } from "./taken-words.ts";

const main = join(import.meta.dirname, "../../../packages/cli/dist/main.js");
const shards = ["1", "2", "3", "4"];
const awsToken = "fixture-token-of-gitlab";

let checker: string;
beforeAll(async () => {
  checker = join(await ensureTool(checkJsonschema, printProgress()), "bin/python");
}, 900_000);

let folder: string;
let gitlab: StrictGitLab;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "opconnect-gitlab-"));
  gitlab = await startStrictGitLab();
  await mkdir(join(folder, "recorded"));
  await mkdir(join(folder, "bin"));
  const standIn = join(import.meta.dirname, "./npx-stand-in.mjs");
  const programs = {
    npx: `exec '${process.execPath}' '${standIn}' "$@"`,
    // What a runner has and this test does not: they only say that they were asked.
    ...{ npm: 'echo "npm $*"', git: 'echo "git $*"', aws: 'echo "aws $*"' },
  };
  for (const [name, script] of Object.entries(programs)) {
    await writeFile(join(folder, "bin", name), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, "bin", name), 0o755);
  }
});
afterEach(async () => {
  await gitlab.stop();
  await rm(folder, { recursive: true });
});

test("GitLab's own schema takes the file, what its jobs extend filled in, and no mistake", async () => {
  const said = async (content: Readonly<Record<string, unknown>>) => {
    const file = join(folder, "resolved.json");
    await writeFile(file, JSON.stringify(content));
    return checked(file);
  };
  expect(await checked(join(example, ".gitlab-ci.yml"))).toContain("validation done");
  expect(await said(resolvedFile())).toContain("validation done");
  for (const change of [{ when: "by-hand" }, { resource_groups: "a" }, { script: { a: 1 } }]) {
    expect(await said(resolvedFile("canary", change))).toContain("errors were encountered");
  }
});

test("a merge request, a push to main and a schedule begin these jobs, and nothing else does", () => {
  expect(workflow.rules.map((rule) => rule.if)).toEqual([
    '$CI_PIPELINE_SOURCE == "merge_request_event" && $CI_MERGE_REQUEST_SOURCE_PROJECT_PATH == $CI_PROJECT_PATH',
    '$CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH',
    '$CI_PIPELINE_SOURCE == "schedule" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH',
  ]);
  const begun = [...jobs].map(([name, { rules }]) => [
    name,
    ...rules.map((rule) => rule.if.split('"')[1]),
  ]);
  expect(begun).toEqual([
    ["preview", "merge_request_event"],
    ["plan", "push"],
    ["drift", "schedule"],
    ["comment", "merge_request_event"],
    ["report", "push"],
    ["drift report", "schedule"],
    ["canary", "push"],
    ["rest", "push"],
  ]);
  for (const { stage, needs = [] } of jobs.values()) {
    expect(stages).toContain(stage);
    for (const name of needs) expect([...jobs.keys()]).toContain(name);
  }
});

test("a job has the role of its kind or none, and what is applied waits for somebody", () => {
  const roles = [...jobs].map(([name, { id_tokens, variables }]) => {
    expect(Object.keys(id_tokens).length > 0, name).toBe(variables.AWS_ROLE_ARN !== undefined);
    return [name, variables.AWS_ROLE_ARN];
  });
  expect(Object.fromEntries(roles)).toEqual({
    ...{ preview: "$OPCONNECT_PREVIEW_ROLE", plan: "$OPCONNECT_PREVIEW_ROLE" },
    drift: "$OPCONNECT_PREVIEW_ROLE",
    ...{ comment: undefined, report: undefined, "drift report": undefined },
    ...{ canary: "$OPCONNECT_DEPLOY_ROLE", rest: "$OPCONNECT_DEPLOY_ROLE" },
  });
  const applying = [...jobs].filter(([, { variables }]) =>
    variables.AWS_ROLE_ARN?.includes("DEPLOY"),
  );
  for (const [name, job] of applying) {
    expect(job.rules, name).toEqual([
      expect.objectContaining({ when: "manual", allow_failure: false }),
    ]);
    expect(job).toMatchObject({ resource_group: "opconnect-deploy" });
    expect(job.interruptible, name).toBeUndefined();
    expect(job.needs, name).toContain("report");
  }
  expect(applying.map(([, { environment }]) => environment?.name)).toEqual([
    "fleet-canary",
    "fleet",
  ]);
});

test("a merge request gets one note, by the scripts of its jobs", async () => {
  await looked("preview", wholeReport());
  expect(await takenWords(join(folder, "calls"))).toEqual(
    shards.map((shard) => [
      ...["preview", "--shard", `${shard}/4`, "--json", `shard-${shard}.json`],
      ...["--affected", "--base", "FETCH_HEAD"],
    ]),
  );
  for (const said of ["was created", "was right already"]) {
    const end = await run("comment");
    expect([end.exitCode, end.log]).toEqual([0, expect.stringContaining(said)]);
    await rm(join(folder, "fleet"), { recursive: true });
  }
  expect(gitlab.notes).toEqual([
    expect.objectContaining({ body: expect.stringContaining("stacks change") }),
  ]);
});

test("a shard that broke off fails the job, and the note says which", async () => {
  await looked("preview", wholeReport());
  await rm(join(folder, "shard-3.json"));
  expect((await run("comment")).exitCode).toBe(1);
  expect(gitlab.notes[0]?.body).toContain("number 3 did not report");
});

test("what was merged is told, with who has to mint, and is then applied in waves", async () => {
  await looked("plan", wholeReport());
  const told = await run("report");
  expect([told.exitCode, told.log]).toEqual([
    0,
    expect.stringMatching(/need a person who is signed in/),
  ]);
  await rm(join(folder, "calls"));
  for (const job of ["canary", "rest"]) expect((await run(job)).exitCode).toBe(0);
  expect(await takenWords(join(folder, "calls"))).toEqual(
    ["canary", "canary,rest"].map((waves) => [
      ...["up", "--reviewed", "fleet/report.json", "--journal", "fleet/journal.json"],
      ...["--waves", waves, "--yes"],
    ]),
  );
});

test("a night with drift is a pipeline that fails, one without is none", async () => {
  const { stacks, ...rest } = { ...wholeReport(), kind: "drift" as const };
  await looked("drift", { ...rest, stacks });
  expect((await run("drift report")).exitCode).toBe(1);
  await rm(join(folder, "fleet"), { recursive: true });
  const unchanged = stacks.filter(({ outcome }) => outcome === "unchanged");
  await looked("drift", { ...rest, stacks: unchanged });
  expect((await run("drift report")).exitCode).toBe(0);
});

test("a look that was used wrongly fails its job", async () => {
  await writeFile(join(folder, "recorded/shard-1.json"), "{}");
  expect((await run("plan", "1", { EXIT_CODE: "64" })).exitCode).toBe(1);
});

test("neither a token nor a seeded secret is in a log, a report or the note", async () => {
  const { stacks, ...rest } = wholeReport();
  const seeded = describeStack(seededRun(seededPassword));
  const logs = await looked("preview", { ...rest, stacks: [...stacks, seeded] });
  const { log } = await run("comment");
  const files = ["report.json", "fleet.html"].map((file) =>
    readFile(join(folder, "fleet", file), "utf8"),
  );
  const texts = [
    ...logs,
    log,
    ...(await Promise.all(files)),
    ...gitlab.notes.map(({ body }) => body),
  ];
  expect(texts.filter((text) => text.includes("acme-prod")).length).toBeGreaterThan(2);
  for (const secret of [seededPassword, gitlab.token, awsToken]) {
    for (const text of texts) expect(waysFound(secret, text)).toEqual([]);
  }
});

async function checked(file: string): Promise<string> {
  const words = ["-m", "check_jsonschema", "--builtin-schema", "vendor.gitlab-ci"];
  const { all } = await execa(checker, [...words, "--data-transform", "gitlab-ci", file], {
    ...{ reject: false, all: true },
  });
  return String(all);
}

function wholeReport(): FleetReport {
  const { stacks, ...rest } = largeReport(40);
  return { ...rest, stacks: stacks.filter(({ outcome }) => outcome !== "failed") };
}

/** The jobs that look, one a shard; their reports are left where the next job finds them. */
async function looked(job: string, report: FleetReport): Promise<readonly string[]> {
  const logs: string[] = [];
  for (const shard of shards) {
    const part = {
      ...report,
      stacks: report.stacks.filter((_, index) => String((index % 4) + 1) === shard),
      shards: { of: 4, present: [Number(shard)] },
    };
    await writeFile(join(folder, `recorded/shard-${shard}.json`), renderReportFile(part));
    const end = await run(job, shard);
    expect(end.exitCode, end.log).toBe(0);
    logs.push(end.log);
  }
  return logs;
}

/** Runs the script of a job as GitLab's runner does: one bash, which the first failure ends. */
async function run(name: string, shard = "1", env: Readonly<Record<string, string>> = {}) {
  const { before_script, script, variables } = jobOf(name);
  const settings = {
    ...{ CI_NODE_INDEX: shard, CI_NODE_TOTAL: "4", CI_MERGE_REQUEST_TARGET_BRANCH_NAME: "main" },
    ...{ CI_JOB_URL: "https://gitlab.com/job", CI_JOB_ID: "1", EKS_CLUSTER: "clients" },
    ...{ CI_PROJECT_ID: "7", CI_MERGE_REQUEST_IID: "12", CI_SERVER_URL: gitlab.host },
    ...{ GITLAB_TOKEN: gitlab.token, AWS_TOKEN: awsToken },
    ...variables,
    ...{ AWS_WEB_IDENTITY_TOKEN_FILE: join(folder, ".aws-token"), ...env },
  };
  const text = ["set -eo pipefail", ...before_script, ...script].join("\n");
  const { exitCode, all } = await execa("bash", ["-c", text], {
    cwd: folder,
    // With a socket there, bash would read the files of a login.
    stdin: "ignore",
    env: {
      ...{ PATH: `${join(folder, "bin")}:${process.env.PATH}`, OPCONNECT_MAIN: main },
      ...{ CALLS: join(folder, "calls"), RECORDED: join(folder, "recorded"), ...settings },
    },
    ...{ extendEnv: false, all: true, reject: false },
  });
  return { exitCode, log: all ?? "" };
}
