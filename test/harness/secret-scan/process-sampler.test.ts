import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { startProcessSampler } from "./process-sampler.ts";

// What is to be seen lives long enough for a busy machine to look at it.

test("a process is seen with its arguments and its environment", async () => {
  const sampler = await startProcessSampler();
  await promisify(execFile)("sleep", ["1.5"], { env: { FIXTURE: "value with spaces" } });
  const processes = await sampler.stop();
  const sleep = processes.find(({ environment }) =>
    environment.includes("FIXTURE=value with spaces"),
  );
  expect(sleep?.args.slice(-1)).toEqual(["1.5"]);
});

test("a process that was there before is seen", async () => {
  const sleep = spawn("sleep", ["60"]);
  const sampler = await startProcessSampler();
  const processes = await sampler.stop();
  sleep.kill();
  expect(processes.some(({ pid }) => pid === sleep.pid)).toBe(true);
});

test("a process that becomes another program is seen as both", async () => {
  const sampler = await startProcessSampler();
  const script = "read -t 1.5 _ || exec env FIXTURE=later sleep 1.5";
  const shell = spawn("bash", ["-c", script], { stdio: "pipe" });
  await once(shell, "exit");
  const processes = await sampler.stop();
  const seen = processes.filter(({ pid }) => pid === shell.pid);
  expect(seen.some(({ args }) => args.includes(script))).toBe(true);
  expect(seen.some(({ environment }) => environment.includes("FIXTURE=later"))).toBe(true);
});
