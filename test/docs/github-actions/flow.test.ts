import { globSync, readFileSync } from "node:fs";
import { chmod, cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeStack, type FleetReport, renderReportFile } from "@opconnect/fleet";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { largeReport } from "../../../packages/fleet/fixtures/large-report.ts";
import {
  seededPassword,
  seededRun,
  seededTypes,
  waysFound,
} from "../../../packages/fleet/fixtures/seeded-run.ts";
import {
  type StrictGitHub,
  startStrictGitHub,
} from "../../../packages/fleet/fixtures/strict-github.ts";
import { takenWords } from "../examples/taken-words.ts";
import { example, jobOf } from "./example.ts";
import { type JobEnd, runJob } from "./run-job.ts";

// The scripts of the steps, as a runner runs them, against an emulated GitHub.
const main = join(import.meta.dirname, "../../../packages/cli/dist/main.js");
const shards = ["1", "2", "3", "4"];

let folder: string;
let github: StrictGitHub;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "opconnect-actions-"));
  github = await startStrictGitHub();
  await cp(join(example, ".github"), join(folder, ".github"), { recursive: true });
  await mkdir(join(folder, "recorded"));
  await mkdir(join(folder, "bin"));
  const npx = join(folder, "bin/npx");
  const standIn = join(import.meta.dirname, "../examples/npx-stand-in.mjs");
  await writeFile(npx, `#!/bin/sh\nexec '${process.execPath}' '${standIn}' "$@"\n`);
  await chmod(npx, 0o755);
});
afterEach(async () => {
  await github.stop();
  await rm(folder, { recursive: true });
});

test("a pull request gets one comment, one check, a summary, and who has to mint", async () => {
  const { merged, calls } = await reported(wholeReport(), "preview", "origin/main");
  expect(merged.isSuccess, merged.log).toBe(true);
  expect(merged.outputs["steps.merge.outputs.outcome"]).toBe("changed");
  expect(merged.summary).toMatch(/stacks change[\s\S]*### To be minted/);
  expect(merged.log).toMatch(
    /^::warning title=To be minted::Once this is merged, .* npx --no-install opconnect mint client0003-prod( client\d+-\w+)*$/m,
  );
  expect(await readFile(join(folder, "fleet/fleet.html"), "utf8")).toContain("</html>");
  expect(calls).toEqual(
    shards.map((shard) => [
      ...["preview", "--shard", `${shard}/4`, "--json", `shard-${shard}.json`],
      ...["--affected", "--base", "origin/main"],
    ]),
  );
  for (const said of ["was created", "was right already"]) {
    const comment = await commented();
    expect(comment.log).toContain(said);
    expect(comment.isSuccess, comment.log).toBe(true);
  }
  expect(await github.comments()).toEqual([
    expect.objectContaining({ login: "runner", body: expect.stringContaining("stacks change") }),
  ]);
  expect(await github.checks()).toEqual([expect.objectContaining({ conclusion: "success" })]);
});

test("a shard that broke off fails the run and the check, and the comment says which", async () => {
  const { merged } = await reported(wholeReport(), "preview", "", ["1", "2", "4"]);
  expect(merged.isSuccess).toBe(false);
  expect(merged.outputs["steps.merge.outputs.outcome"]).toBe("failed");
  expect((await commented()).isSuccess).toBe(false);
  expect((await github.comments())[0]?.body).toContain("number 3 did not report");
  expect(await github.checks()).toEqual([expect.objectContaining({ conclusion: "failure" })]);
});

test("where no shard reported, nothing is made up", async () => {
  const { merged } = await reported(wholeReport(), "preview", "", []);
  expect([merged.isSuccess, merged.summary]).toEqual([false, ""]);
  expect(merged.outputs["steps.merge.outputs.outcome"]).toBe("failed");
});

test("nothing to mint is nothing to say, and no change is no deploy", async () => {
  const { merged } = await reported(unchangedReport(), "preview");
  expect(merged.isSuccess, merged.log).toBe(true);
  expect(merged.outputs["steps.merge.outputs.outcome"]).toBe("unchanged");
  expect(merged.log + merged.summary).not.toContain("minted");
});

test("more than twenty stacks are minted by the command without names", async () => {
  const { merged } = await reported(wholeReport(400), "preview");
  expect(merged.log).toMatch(/opconnect mint$/m);
});

test("a name that the runner would read as a command is none", async () => {
  const { stacks, ...rest } = wholeReport();
  const odd = stacks.map((stack) => ({ ...stack, stack: `${stack.stack}\n::error::mine` }));
  const { merged } = await reported({ ...rest, stacks: odd }, "preview");
  expect(merged.isSuccess).toBe(false);
  expect(merged.log).not.toMatch(/^::error::mine/m);
});

test("drift that a night's shards find opens one issue", async () => {
  const { merged } = await reported(wholeReport(), "drift");
  expect(merged.log + merged.summary).not.toContain("mint ");
  const ended = await looked(merged.outputs["steps.merge.outputs.outcome"] ?? "");
  expect(ended.isSuccess, ended.log).toBe(true);
  expect(await issues()).toEqual([
    expect.objectContaining({
      state: "open",
      body: expect.stringMatching(/^<!-- opconnect drift -->\n[\s\S]*stacks drifted/),
    }),
  ]);
});

test("the issue is updated each night, closed once there is no drift, and then there is another", async () => {
  for (const told of ["1 of 2 stacks drifted", "2 of 2 stacks drifted"]) {
    await looked("changed", told);
    expect(await issues()).toEqual([
      expect.objectContaining({ state: "open", body: expect.stringContaining(told) }),
    ]);
  }
  await looked("unchanged", "0 of 2 stacks drifted");
  expect(await issues()).toEqual([expect.objectContaining({ state: "closed" })]);
  await looked("unchanged", "0 of 2 stacks drifted");
  await looked("changed", "2 of 2 stacks drifted");
  expect((await issues()).map(({ state }) => state).sort()).toEqual(["closed", "open"]);
});

test("a night in which nothing could be looked at is none without drift", async () => {
  await looked("");
  expect(await issues()).toEqual([
    expect.objectContaining({ body: expect.stringContaining("could not be looked at") }),
  ]);
});

test("an issue with the marker that another opened is left alone", async () => {
  await looked("changed", "first");
  await looked("changed", "second", { AUTHOR: "another" });
  await looked("unchanged", "third", { AUTHOR: "another" });
  expect((await issues()).map(({ state }) => state)).toEqual(["open", "open"]);
  const bodies = (await issues()).map(({ body }) => body);
  expect(bodies).toContainEqual(expect.stringContaining("first"));
});

test("a service that refuses fails the job, and the token is in no log", async () => {
  github.fail("GET", { status: 503 });
  const ended = await looked("changed", "drift");
  expect([ended.isSuccess, ended.log]).toEqual([false, expect.stringContaining("answers 503")]);
  expect(ended.log).not.toContain(github.token);
});

test("a secret of a program, and the token of the job, are in nothing that the jobs leave", async () => {
  const { stacks, ...rest } = wholeReport();
  const seeded = describeStack(seededRun(seededPassword));
  expect(seeded.steps.length).toBeGreaterThan(seededTypes.length);
  const { merged } = await reported({ ...rest, stacks: [...stacks, seeded] }, "preview");
  const ends = [merged, await commented(), await looked("changed")];
  // Its stack cannot be previewed, and that is told too.
  expect(ends.map(({ isSuccess }) => isSuccess)).toEqual([false, false, true]);
  const texts = [
    ...ends.flatMap(({ log, summary }) => [log, summary]),
    ...globSync("{fleet,shards}/*", { cwd: folder }).map((file) =>
      readFileSync(join(folder, file), "utf8"),
    ),
    ...(await github.comments()).map(({ body }) => body),
    ...[await github.checks(), await issues()].map((found) => JSON.stringify(found)),
  ];
  expect(texts.length).toBeGreaterThan(14);
  expect(texts.filter((text) => text.includes("acme-prod")).length).toBeGreaterThan(4);
  for (const secret of [seededPassword, github.token]) {
    for (const text of texts) expect(waysFound(secret, text)).toEqual([]);
  }
});

test("the waves of a deploy are applied from the report and the journal of the run", async () => {
  for (const wave of ["canary", "canary,rest"]) {
    const end = await runJob(
      jobOf("opconnect-apply.yml", "apply"),
      runner({ "inputs.waves": wave }),
    );
    expect(end.isSuccess, end.log).toBe(true);
  }
  const ending = (waves: string) => [
    ...["up", "--reviewed", "fleet/report.json", "--journal", "fleet/journal.json"],
    ...["--waves", waves, "--yes"],
  ];
  expect(await callsSoFar()).toEqual([ending("canary"), ending("canary,rest")]);
});

function wholeReport(count = 40): FleetReport {
  const { stacks, ...rest } = largeReport(count);
  return { ...rest, stacks: stacks.filter(({ outcome }) => outcome !== "failed") };
}

function unchangedReport(): FleetReport {
  const { stacks, ...rest } = largeReport(40);
  return { ...rest, stacks: stacks.filter(({ outcome }) => outcome === "unchanged") };
}

/** The jobs of the report workflow, the artifacts handed on. */
async function reported(
  report: FleetReport,
  kind: "preview" | "drift",
  base = "",
  arriving: readonly string[] = shards,
) {
  for (const stale of ["shards", "fleet", "calls"])
    await rm(join(folder, stale), { recursive: true, force: true });
  await mkdir(join(folder, "shards"));
  for (const shard of shards) {
    const part = {
      ...{ ...report, kind },
      stacks: report.stacks.filter((_, index) => String((index % 4) + 1) === shard),
      shards: { of: 4, present: [Number(shard)] },
    };
    const name = `shard-${shard}.json`;
    await writeFile(join(folder, "recorded", name), renderReportFile(part));
    const values = { "matrix.shard": shard, "strategy.job-total": "4" };
    const end = await runJob(
      jobOf("opconnect-report.yml", "shard"),
      runner({ ...values, "inputs.kind": kind, "inputs.base": base }),
    );
    expect(end.isSuccess, end.log).toBe(true);
    if (arriving.includes(shard)) await rename(join(folder, name), join(folder, "shards", name));
  }
  const calls = await callsSoFar();
  const merged = await runJob(
    jobOf("opconnect-report.yml", "merge"),
    runner({ "inputs.kind": kind }, { GITHUB_EVENT_NAME: "pull_request" }),
  );
  return { merged, calls };
}

async function commented() {
  const event = join(folder, "event.json");
  await writeFile(
    event,
    JSON.stringify({ pull_request: { number: 1, head: { sha: github.sha } } }),
  );
  return runJob(
    jobOf("opconnect-preview.yml", "comment"),
    runner({ "github.token": github.token }, { GITHUB_EVENT_PATH: event }),
  );
}

/** The job that keeps the issue, after a night with this outcome. */
async function looked(
  outcome: string,
  told?: string,
  env: Readonly<Record<string, string>> = {},
): Promise<JobEnd> {
  if (told !== undefined) {
    await mkdir(join(folder, "fleet"), { recursive: true });
    await writeFile(join(folder, "fleet/fleet.md"), told);
  }
  return runJob(
    jobOf("opconnect-drift.yml", "issue"),
    runner(
      { "needs.report.outputs.outcome": outcome, "github.token": github.token },
      { AUTHOR: github.login, ...env },
    ),
  );
}

function runner(
  values: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
) {
  return {
    folder,
    values: {
      ...Object.fromEntries(
        ["AWS_REGION", "EKS_CLUSTER", "PULUMI_BACKEND_URL"].map((name) => [`vars.${name}`, name]),
      ),
      "github.server_url": "https://github.com",
      ...{ "github.repository": github.repository, "github.run_id": "7" },
      ...values,
    },
    env: {
      ...{ PATH: `${join(folder, "bin")}:${process.env.PATH}`, OPCONNECT_MAIN: main },
      ...{ CALLS: join(folder, "calls"), RECORDED: join(folder, "recorded") },
      ...{ GITHUB_API_URL: github.url, GITHUB_REPOSITORY: github.repository },
      ...env,
    },
  };
}

/** Words that opconnect was given. */
function callsSoFar(): Promise<readonly (readonly string[])[]> {
  return takenWords(join(folder, "calls"));
}

async function issues() {
  const schema = z.array(
    z.object({ title: z.string(), state: z.string(), body: z.string().nullable() }),
  );
  const response = await fetch(`${github.url}/repos/${github.repository}/issues?state=all`, {
    headers: { authorization: `token ${github.token}` },
  });
  const all = schema.parse(await response.json());
  return all.filter(({ title }) => title === "Environments have drifted");
}
