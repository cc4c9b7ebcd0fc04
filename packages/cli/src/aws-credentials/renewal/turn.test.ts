import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { thisProcess } from "@opconnect/provision/running-process";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { holderFor, takeTurn } from "./turn.ts";

const disk = vi.hoisted(() => ({ isFull: false }));
vi.mock("@opconnect/provision/write-file", async (original) => {
  const real = await original<typeof import("@opconnect/provision/write-file")>();
  const writeWhole: typeof real.writeWhole = async (...file) => {
    if (disk.isFull) throw Object.assign(new Error("ENOSPC"), { code: "ENOSPC" });
    await real.writeWhole(...file);
  };
  return { ...real, writeWhole };
});

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "turn-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

const waiting = () => ({ lastsMs: 60_000, signal: AbortSignal.timeout(20_000) });

test("one at a time has the turn, and who waited learns how it ended", async () => {
  const folder = await newFolder();
  const first = await takeTurn(folder, waiting());
  if (first.kind !== "ours") throw new Error("The first comes first.");
  const others = [takeTurn(folder, waiting()), takeTurn(folder, waiting())];
  await first.end({ kind: "renewed" });
  expect(await Promise.all(others)).toEqual([
    { kind: "over", outcome: { kind: "renewed" } },
    { kind: "over", outcome: { kind: "renewed" } },
  ]);
  expect(await takeTurn(folder, waiting())).toMatchObject({ kind: "ours" });
});

test("files of turns that are over do not pile up", async () => {
  const folder = await newFolder();
  for (let round = 0; round < 5; round += 1) {
    const turn = await takeTurn(folder, waiting());
    if (turn.kind === "ours") await turn.end({ kind: "renewed" });
  }
  expect(await readdir(folder)).toEqual(["turn.5"]);
});

test("of many that find a dead one's turn, one takes it", async () => {
  const folder = await newFolder();
  const dead = spawn("/bin/true");
  await once(dead, "exit");
  const holder = { ...holderFor(60_000), pid: dead.pid };
  await writeFile(join(folder, "turn.7"), JSON.stringify(holder));
  let count = 0;
  const turns = Array.from({ length: 20 }, async () => {
    const turn = await takeTurn(folder, waiting());
    if (turn.kind !== "ours") return;
    count += 1;
    await turn.end({ kind: "renewed" });
  });
  await Promise.all(turns);
  expect(count).toBe(1);
});

test.each([
  ["a process number that was given to another program", { started: "1" }],
  ["one that should have ended itself", { until: 1 }],
])("%s does not keep the turn", async (_, change) => {
  const folder = await newFolder();
  const holder = { ...holderFor(60_000), ...change };
  await writeFile(join(folder, "turn.1"), JSON.stringify(holder));
  expect(await takeTurn(folder, waiting())).toMatchObject({ kind: "ours" });
});

describe("a holder of another machine or container", () => {
  const elsewhere = {
    pid: 999_999_999,
    host: `${hostname()}-other`,
    table: "another",
    started: "1",
  };

  test("is believed as long as it gives signs, whatever its clock says, and no longer", async () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    onTestFinished(() => void vi.useRealTimers());
    const folder = await newFolder();
    const write = (sign: number) =>
      writeFile(join(folder, "turn.1"), JSON.stringify({ ...elsewhere, until: 1, sign }));
    await write(1);
    const taken = vi.fn();
    const taking = takeTurn(folder, waiting()).then(taken);
    for (const sign of [2, 3]) {
      await sleep(300);
      vi.advanceTimersByTime(59_000);
      await write(sign);
    }
    await sleep(300);
    vi.advanceTimersByTime(59_000);
    await sleep(300);
    expect(taken).not.toHaveBeenCalled();
    vi.advanceTimersByTime(2_000);
    await taking;
    expect(taken).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ kind: "ours" }));
  });

  test("may have ended just now, whatever its clock says", async () => {
    const folder = await newFolder();
    const over = { outcome: { kind: "renewed" }, at: 1 };
    const previousEnd = async (table: string) => {
      await writeFile(join(folder, "turn.1"), JSON.stringify({ ...over, table }));
      const turn = await takeTurn(folder, waiting());
      await rm(join(folder, "turn.2"));
      return turn.kind === "ours" ? turn.previousEnd : undefined;
    };
    expect(await previousEnd("another")).toBe(Number.POSITIVE_INFINITY);
    expect(await previousEnd(thisProcess().table)).toBe(1);
  });
});

test("who has the turn gives signs of life, and none after its end", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  onTestFinished(() => void vi.useRealTimers());
  const folder = await newFolder();
  const turn = await takeTurn(folder, waiting());
  if (turn.kind !== "ours") throw new Error("It is the first.");
  const content = async () => JSON.parse(await readFile(join(folder, "turn.1"), "utf8"));
  expect(await content()).not.toHaveProperty("sign");
  vi.advanceTimersByTime(2_000);
  await expect.poll(content).toMatchObject({ pid: process.pid, sign: 1 });
  vi.advanceTimersByTime(2_000);
  await turn.end({ kind: "renewed" });
  vi.advanceTimersByTime(10_000);
  await sleep(50);
  expect(await content()).toMatchObject({ outcome: { kind: "renewed" } });
});

test("a turn that its process died writing keeps nobody for long", async () => {
  const folder = await newFolder();
  await writeFile(join(folder, "turn.1"), "");
  expect(await takeTurn(folder, waiting())).toMatchObject({ kind: "ours" });
});

test("who waits leaves at the signal", async () => {
  const folder = await newFolder();
  await takeTurn(folder, waiting());
  const signal = AbortSignal.timeout(200);
  await expect(takeTurn(folder, { lastsMs: 1, signal })).rejects.toThrow();
});

test("a disk that fills up during a turn costs nothing that was done in it", async () => {
  const turn = await takeTurn(await newFolder(), waiting());
  disk.isFull = true;
  onTestFinished(() => {
    disk.isFull = false;
  });
  expect(turn.kind).toBe("ours");
  if (turn.kind === "ours") await expect(turn.end({ kind: "renewed" })).resolves.toBeUndefined();
});

test("where no turn can be noted, each has its own", async () => {
  const file = join(await newFolder(), "file");
  await writeFile(file, "");
  expect(await takeTurn(join(file, "turns"), waiting())).toMatchObject({ kind: "ours" });
});
