import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { tryFileLock } from "./file-lock.ts";

const program = fileURLToPath(
  new URL("../../fixtures/processes/locking-process.ts", import.meta.url),
);
let folder: string;
let path: string;
let log: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "opconnect-lock-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  path = join(folder, "deep", "lock");
  log = join(folder, "log");
});

const lines = async () => (await readFile(log, "utf8").catch(() => "")).trimEnd().split("\n");
const isNoted = (line: string) =>
  vi.waitFor(async () => expect(await lines()).toContain(line), { timeout: 50_000 });

function start(): ChildProcess {
  const child = spawn(process.execPath, [program, path, log], { stdio: "inherit" });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  // It notes nothing more; from here on, others may come in.
  child.kill("SIGSTOP");
  await appendFile(log, `${child.pid} killed\n`);
  child.kill("SIGKILL");
  await once(child, "exit");
}

/** Has the process be stopped, as by a laptop that sleeps, while it has the lock. */
async function stopInside(child: ChildProcess): Promise<void> {
  for (;;) {
    child.kill("SIGSTOP");
    await setTimeout(20);
    const own = (await lines()).filter((line) => line.startsWith(`${child.pid} `));
    if (own.at(-1)?.endsWith(" in")) return;
    child.kill("SIGCONT");
    await setTimeout(3);
  }
}

/** Lines that say that one came in while another was inside. */
function intrusions(all: readonly string[]): readonly string[] {
  const inside = new Set<string>();
  return all.filter((line) => {
    const [id = "", event] = line.split(" ");
    if (event !== "in") inside.delete(id);
    if (event === "in") inside.add(id);
    return inside.size > 1;
  });
}

test("two in one process exclude each other, and no file is left", async () => {
  const lock = await tryFileLock(path);
  expect(await tryFileLock(path)).toBeUndefined();
  expect(await readFile(path, "utf8")).toContain(`process ${process.pid} on `);
  await lock?.release();
  await (await tryFileLock(path))?.release();
  expect(await readdir(join(folder, "deep"))).toEqual([]);
});

test("who gives back a lock whose file a person removed leaves the next one's alone", async () => {
  const first = await tryFileLock(path);
  await rm(path);
  const second = await tryFileLock(path);
  await first?.release();
  expect(await tryFileLock(path)).toBeUndefined();
  await second?.release();
});

test("a lock is not taken from a process that sleeps, and at once from one that died", async () => {
  const child = start();
  await isNoted(`${child.pid} in`);
  await stopInside(child);
  vi.useFakeTimers({ now: Date.now() + 86_400_000, toFake: ["Date"] });
  onTestFinished(() => void vi.useRealTimers());
  expect(await tryFileLock(path)).toBeUndefined();
  await kill(child);
  const lock = await tryFileLock(path);
  expect(lock).toBeDefined();
  await lock?.release();
});

test("of many processes that are stopped and killed, no two ever have it at once", async () => {
  const strike = fc.record({ kind: fc.constantFrom("stop", "kill"), ms: fc.nat(30) });
  const strikes = fc.array(strike, { minLength: 6, maxLength: 12 });
  const property = fc.asyncProperty(strikes, async (all) => {
    const running = [start(), start(), start()];
    for (const child of running) await isNoted(`${child.pid} in`);
    for (const { kind, ms } of all) {
      const child = running.shift() ?? start();
      await setTimeout(ms);
      child.kill("SIGSTOP");
      await setTimeout(ms);
      if (kind === "kill") await kill(child);
      else child.kill("SIGCONT");
      running.push(kind === "kill" ? start() : child);
    }
    await Promise.all(running.map(kill));
    expect(intrusions(await lines())).toEqual([]);
  });
  await fc.assert(property, { numRuns: 5, endOnFailure: true });
});
