import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { renderReportFile } from "@opconnect/fleet";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { largeReport } from "../../../fleet/fixtures/large-report.ts";
import { type StrictGitHub, startStrictGitHub } from "../../../fleet/fixtures/strict-github.ts";

const main = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

let dir: string;
let github: StrictGitHub;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "report-test-"));
  github = await startStrictGitHub();
  // None of them has failed.
  const { stacks, ...rest } = largeReport(10);
  const whole = stacks.filter(({ outcome }) => outcome !== "failed");
  for (const part of [1, 2]) {
    const report = {
      ...rest,
      stacks: whole.filter((_, index) => index % 2 === part - 1),
      shards: { of: 2, present: [part] },
    };
    await writeFile(join(dir, `shard-${part}.json`), renderReportFile(report));
  }
});
afterAll(async () => {
  await github.stop();
  await rm(dir, { recursive: true });
});

const run = (words: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  execa(process.execPath, [main, "report", ...words], {
    cwd: dir,
    env: { PATH: process.env.PATH ?? "", ...env },
    extendEnv: false,
    reject: false,
    all: true,
  });

test("a shard that is missing fails the merge by its number; whole, there are changes", async () => {
  const missing = await run(["merge", "shard-1.json", "--json", "part.json"]);
  expect([missing.exitCode, missing.stderr]).toEqual([1, expect.stringContaining("missing: 2")]);
  const shards = ["shard-2.json", "shard-1.json", "shard-1.json"];
  expect((await run(["merge", ...shards, "--json", "report.json"])).exitCode).toBe(2);
  expect(
    (await run(["merge", ...shards, "--json", "report.json", "--allow-changes"])).exitCode,
  ).toBe(0);
});

test("a report becomes files, a job summary, and text where nothing was asked for", async () => {
  const forms = [
    "--markdown",
    "report.md",
    "--html",
    "report.html",
    "--spacelift",
    ".",
    "--summary",
  ];
  const summary = join(dir, "summary.md");
  const done = await run(["render", "report.json", ...forms], { GITHUB_STEP_SUMMARY: summary });
  expect([done.exitCode, done.all]).toEqual([0, ""]);
  for (const file of [
    "report.md",
    "report.html",
    "opconnect.custom.spacelift.json",
    "summary.md",
  ]) {
    expect(await readFile(join(dir, file), "utf8"), file).toMatch(/stacks/);
  }
  expect((await run(["render", "report.json"])).stdout).toContain("8 of 9 stacks change");
});

test("the request and the token of a comment come from the job's environment", async () => {
  const event = { pull_request: { number: 1, head: { sha: github.sha } } };
  await writeFile(join(dir, "event.json"), JSON.stringify(event));
  const env = {
    GITHUB_REPOSITORY: github.repository,
    GITHUB_API_URL: github.url,
    GITHUB_EVENT_PATH: join(dir, "event.json"),
  };
  const none = await run(["comment", "report.json"], env);
  expect([none.exitCode, none.stderr]).toEqual([64, expect.stringContaining("GITHUB_TOKEN")]);
  const words = ["comment", "report.json", "--check", "--fail-on", "high"];
  const ofRef = { ...env, GITHUB_EVENT_PATH: "", GITHUB_REF: "refs/pull/1/merge" };
  const noCommit = await run(words, { ...ofRef, GITHUB_TOKEN: github.token });
  expect([noCommit.exitCode, noCommit.stderr]).toEqual([64, expect.stringContaining("GITHUB_SHA")]);
  expect(await github.comments()).toEqual([]);
  const done = await run(words, { ...env, GITHUB_TOKEN: github.token });
  expect(done.all).toBe("The comment was created.\nThe check ended with failure.");
  expect(done.exitCode).toBe(1);
  expect(await github.comments()).toHaveLength(1);
  const denied = await run(["comment", "report.json"], { ...env, GITHUB_TOKEN: "fixture-wrong" });
  expect(denied.stderr).toContain("[FLEET_COMMENT_DENIED]");
  expect(denied.all).not.toContain("fixture-wrong");
});

test.each(["SIGINT", "SIGKILL"] as const)(
  "a comment that %s cuts short at its check is brought to its end, and nothing is there twice",
  async (signal) => {
    const file = `${signal}.json`;
    await writeFile(join(dir, file), renderReportFile(largeReport(signal.length)));
    const words = ["comment", file, "--check"];
    const env = {
      GITHUB_REPOSITORY: github.repository,
      GITHUB_API_URL: github.url,
      GITHUB_REF: "refs/pull/1/merge",
      GITHUB_SHA: github.sha,
      GITHUB_TOKEN: github.token,
    };
    const before = (await github.checks()).length;
    const asked = github.requests.length;
    const cutShort = run(words, env);
    const isAtCheck = () => github.requests.slice(asked).some((each) => /POST .*check/.test(each));
    await vi.waitUntil(isAtCheck, { interval: 1, timeout: 60_000 });
    cutShort.kill(signal);
    await cutShort;
    expect((await run(words, env)).stderr).toMatch(/^The comment was right already\.\nThe check/);
    expect(await github.comments()).toHaveLength(1);
    expect(await github.checks()).toHaveLength(before + 1);
  },
);

test("what a full disk does not take is said, in a file and as output", async () => {
  for (const words of [
    ["merge", "shard-1.json", "--json", "/dev/full"],
    ["render", "report.json", "--html", "/dev/full"],
  ]) {
    const { exitCode, stderr } = await run(words);
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringContaining("/dev/full cannot be written: the disk is full."),
    ]);
  }
  const full = await execa(
    "sh",
    ["-c", `"$0" "$1" report render report.json >/dev/full`, ...[process.execPath, main]],
    { cwd: dir, reject: false },
  );
  expect([full.exitCode, full.stderr]).toEqual([
    1,
    expect.stringContaining("Standard output cannot be written: the disk is full."),
  ]);
});

test("what is no report as it was written is refused", async () => {
  const text = await readFile(join(dir, "report.json"), "utf8");
  await writeFile(join(dir, "edited.json"), text.replace('"high"', '"low"'));
  for (const [file, said] of [
    ["edited.json", "[FLEET_REPORT_INVALID]"],
    ["nowhere.json", "[ARGUMENT_INVALID]"],
  ] as const) {
    const { exitCode, stderr } = await run(["render", file]);
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain(said);
  }
  expect((await run(["comment", "report.json", "--fail-on", "all"])).exitCode).toBe(64);
});
