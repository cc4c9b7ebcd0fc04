import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startProcess } from "./start-process.ts";
import { waitUntilReady } from "./wait-until-ready.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "opconnect-process-"));
});
afterEach(() => rm(dir, { recursive: true }));

test("stopping ends a process, what it started, and what ignores SIGTERM", async () => {
  const family = await startFamily();
  const pids = await readPids();
  await family.stop();
  expect(family.isRunning()).toBe(false);
  await expectGone(pids);
});

test.each(["SIGKILL", "SIGINT", "SIGTERM"] as const)(
  "a parent that ends by %s leaves no process behind",
  async (signal) => {
    const parent = spawn(
      process.execPath,
      ["--input-type=module-typescript", "-e", parentScript()],
      {
        stdio: "inherit",
      },
    );
    const pids = await readPids();
    parent.kill(signal);
    await once(parent, "exit");
    await expectGone(pids);
  },
);

test("a parent that forgets its process can exit, and the process goes with it", async () => {
  const untilFamilyIsUp = `while (!existsSync("${dir}/pids")) await sleep(20);`;
  const script = parentScript().replace("setInterval(() => {}, 1000);", untilFamilyIsUp);
  const parent = spawn(process.execPath, ["--input-type=module-typescript", "-e", script], {
    stdio: "inherit",
  });
  await once(parent, "exit");
  expect(parent.exitCode).toBe(0);
  await expectGone(await readPids());
});

test("a process that ends by itself takes its children along", async () => {
  await writeFile(
    join(dir, "leave.sh"),
    `sleep 300 & echo $! > '${dir}/pids.part'\nmv '${dir}/pids.part' '${dir}/pids'\n`,
  );
  const leaver = start("sh", [join(dir, "leave.sh")]);
  const pids = await readPids();
  await leaver.waitForEnd();
  await expectGone(pids);
});

test("waiting for a process that ends fails at once with its last words", async () => {
  const broken = start("sh", ["-c", "echo address already in use >&2; exit 1"]);
  await expect(waitUntilReady(broken, async () => false)).rejects.toThrow(
    /^fixture ended\. .*\naddress already in use/,
  );
});

test("a process gets only the environment it is given", async () => {
  const printer = start("/usr/bin/env", [], { FIXTURE: "given" });
  await printer.waitForEnd();
  const variables = readFileSync(join(dir, "log"), "utf8").split("\n");
  expect(variables).toContain("FIXTURE=given");
  expect(variables.filter((line) => line.startsWith("HOME="))).toEqual([]);
});

function start(
  command: string,
  args: string[],
  env: NodeJS.ProcessEnv = { PATH: process.env.PATH },
) {
  const logFile = join(dir, "log");
  return startProcess({ name: "fixture", command, args, env, logFile, graceSeconds: 1 });
}

async function startFamily() {
  await writeFile(join(dir, "family.sh"), familyScript());
  return start("sh", [join(dir, "family.sh")]);
}

/** A process with a child and a grandchild that are deaf to SIGTERM. */
function familyScript(): string {
  return `
    (trap '' TERM; sleep 300 & echo $! >> '${dir}/pids.part'; wait) &
    echo $! >> '${dir}/pids.part'
    echo $$ >> '${dir}/pids.part'
    sleep 0.2
    mv '${dir}/pids.part' '${dir}/pids'
    wait`;
}

function parentScript(): string {
  const options = {
    name: "fixture",
    command: "sh",
    args: [join(dir, "family.sh")],
    env: { PATH: process.env.PATH },
    logFile: join(dir, "log"),
    graceSeconds: 1,
  };
  return `
    import { existsSync, writeFileSync } from "node:fs";
    import { setTimeout as sleep } from "node:timers/promises";
    import { startProcess } from ${JSON.stringify(join(import.meta.dirname, "start-process.ts"))};
    writeFileSync(${JSON.stringify(options.args[0])}, ${JSON.stringify(familyScript())});
    startProcess(${JSON.stringify(options)});
    setInterval(() => {}, 1000);`;
}

async function readPids(): Promise<readonly number[]> {
  const file = join(dir, "pids");
  while (!existsSync(file)) await sleep(20);
  return readFileSync(file, "utf8").trim().split("\n").map(Number);
}

async function expectGone(pids: readonly number[]): Promise<void> {
  const deadline = performance.now() + 4_000;
  const left = () => pids.filter(isRunning);
  while (left().length > 0 && performance.now() < deadline) await sleep(50);
  expect(left()).toEqual([]);
}

// A zombie has ended, though its id is taken until its parent asks for its exit code.
function isRunning(pid: number): boolean {
  const { stdout } = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" });
  return stdout.trim() !== "" && !stdout.startsWith("Z");
}
