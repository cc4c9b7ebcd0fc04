import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ContainerEntry } from "./entry.ts";
import { findIsolation } from "./isolation.ts";
import { startContainer } from "./start.ts";

// Elsewhere pods cannot run at all, which the end-to-end suite says.
describe.skipIf(process.platform !== "linux")("a container", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "opconnect-pods-"));
    mkdirSync(join(folder, "stage"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test("finds its Secret where the spec mounts it, and this machine never does", async () => {
    const container = start('cat /home/opuser/.op/file; ls /home /proc; echo "$TOKEN"; exit 3');
    expect(await container.ended).toBe(3);
    const log = readFileSync(join(folder, "log"), "utf8");
    expect(log).toContain("fixture-credentials");
    expect(log).toContain("fixture-token");
    for (const name of readdirSync("/home")) expect(log).toContain(name);
    expect(existsSync("/home/opuser/.op")).toBe(false);
    expect(readdirSync(join(folder, "stage"))).toEqual([]);
  });

  test("has exactly the environment of its entry", async () => {
    await start("tr '\\0' '\\n' < /proc/self/environ").ended;
    const lines = readFileSync(join(folder, "log"), "utf8").trimEnd().split("\n");
    expect(lines.filter((line) => !line.startsWith("PWD="))).toEqual([
      "PATH=/usr/bin:/bin",
      "TOKEN=fixture-token",
    ]);
  });

  test("is asked to end before it is killed", async () => {
    const heedful = start("trap 'exit 5' TERM; echo up; sleep 60 & wait");
    await isUp();
    await heedful.stop(10);
    expect(await heedful.ended).toBe(5);
    rmSync(join(folder, "log"));
    const deaf = start("trap '' TERM; echo up; sleep 60");
    await isUp();
    await deaf.stop(0.2);
    expect(await deaf.ended).toBe(137);
  });

  test("dies with the process that started it, even if that is killed", async () => {
    const entryFor = JSON.stringify(entry("echo up; (sleep 61 &) ; sleep 61"));
    const module = new URL("./start.ts", import.meta.url).href;
    const options = `entry: ${entryFor}, isolation: ${JSON.stringify(findIsolation())}`;
    const logFile = JSON.stringify(join(folder, "log"));
    const script = `const { startContainer } = await import("${module}");
      console.log(startContainer({ ${options}, logFile: ${logFile} }).pid);
      setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ["--input-type=module", "-e", script]);
    const [pid] = await once(parent.stdout, "data");
    await isUp();
    const group = Number(pid);
    expect(livingProcesses(group)).not.toEqual([]);
    parent.kill("SIGKILL");
    for (let waits = 0; waits < 50 && livingProcesses(group).length > 0; waits += 1)
      await sleep(20);
    expect(livingProcesses(group)).toEqual([]);
  });

  function entry(script: string): ContainerEntry {
    const content = Buffer.from("fixture-credentials\n").toString("base64");
    return {
      stage: join(folder, "stage"),
      volumes: [{ name: "v", files: [{ path: "file", content, mode: 0o600 }] }],
      mounts: [
        {
          source: { volume: "v", subPath: "file" },
          target: "/home/opuser/.op/file",
          readOnly: true,
        },
      ],
      command: ["/bin/sh", "-c", script],
      workingFolder: "/",
      variables: { PATH: "/usr/bin:/bin", TOKEN: "fixture-token" },
    };
  }

  function start(script: string) {
    const logFile = join(folder, "log");
    return startContainer({ entry: entry(script), isolation: findIsolation(), logFile });
  }

  async function isUp(): Promise<void> {
    while (!readFileSync(join(folder, "log"), "utf8").includes("up")) await sleep(20);
  }
});

/** Ids of the processes of a group. One that ended counts not, even if its parent has not asked for its end. */
function livingProcesses(group: number): string[] {
  return readdirSync("/proc").filter((pid) => {
    try {
      const [state, , pgrp] =
        readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
      return Number(pgrp) === group && state !== "Z";
    } catch {
      return false;
    }
  });
}
