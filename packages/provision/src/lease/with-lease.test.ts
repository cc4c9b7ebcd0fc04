import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { ConnectError } from "@opconnect/core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createMemoryOp } from "../../fixtures/fakes/memory-op.ts";
import { createMemoryStore, type MemoryStore } from "../../fixtures/fakes/memory-store.ts";
import type { OpCli } from "../op/op-cli.ts";
import { thisProcess } from "../process/running-process.ts";
import type { Lease } from "./held.ts";
import { parseLease } from "./text.ts";
import { withLease } from "./with-lease.ts";

const secretId = "opconnect/acme/prod/credentials";
let store: MemoryStore;
/** What a lease is for, as this run has it. */
let here: { op: OpCli; store: MemoryStore };
let lines: string[];
let options: { pollMs: number; report: (line: string) => void };

beforeEach(() => {
  store = createMemoryStore();
  here = { op: createMemoryOp(), store };
  lines = [];
  options = { pollMs: 5, report: (line) => lines.push(line) };
});

afterEach(() => {
  vi.useRealTimers();
});

/** The same store as another process sees it: leases are queued per store object. */
const elsewhere = () => ({ ...here, store: { ...store } });
const current = async () => parseLease((await store.readLease(secretId)).text);
/** Writes the lease that another process would hold, the one that started this one. */
async function occupy(change: object) {
  const { sequence } = await store.readLease(secretId);
  const parent = { ...thisProcess(), pid: process.ppid, started: "" };
  const holder = { ...parent, nonce: "theirs", state: "held" };
  const text = JSON.stringify({ opconnect: "lease", ...holder, ...change });
  await store.writeLease(secretId, sequence + 1, text);
}

test("the lease is held while work is done, and given back afterwards", async () => {
  const held = await withLease(here, secretId, current, options);
  expect(held).toMatchObject(thisProcess());
  expect(held?.state).toBe("held");
  expect((await current())?.state).toBe("free");
});

test("a lease tells since when no other process has held it", async () => {
  const since = (from: typeof here) =>
    withLease(from, secretId, async ({ heldSince }) => heldSince, options);
  const first = await since(here);
  await setTimeout(5);
  expect(await since(here)).toBe(first);
  const others = await since(elsewhere());
  expect(others).toBeGreaterThan(first);
  await setTimeout(5);
  expect(await since(here)).toBeGreaterThan(others);
});

test("the lease of a secret that was seen untouched is taken without a look", async () => {
  const untouched = { ...options, isUntouched: true };
  expect((await withLease(here, secretId, current, untouched))?.state).toBe("held");
  expect(store.calls.slice(0, 2)).toEqual(["writeLease", "readLease"]);
});

test("where another run was quicker, what was seen untouched is looked at", async () => {
  const untouched = { ...options, isUntouched: true, waitMs: 20 };
  await occupy({});
  const waiting = withLease(here, secretId, async () => "mine", untouched);
  await expect(waiting).rejects.toMatchObject({ code: "STORE_BUSY" });
  await occupy({ state: "free" });
  expect(await withLease(here, secretId, async () => "mine", untouched)).toBe("mine");
  expect((await store.readLease(secretId)).sequence).toBe(4);
});

test("the first work under the first lease of all is told so, and no other", async () => {
  const isFirst = async (_: Lease, first: boolean) => first;
  const [one, two] = [1, 2].map(() => withLease(here, secretId, isFirst, options));
  expect([await one, await two]).toEqual([true, false]);
  expect(await withLease(here, secretId, isFirst, options)).toBe(false);
  expect(await withLease(elsewhere(), secretId, isFirst, options)).toBe(false);
});

test("the lease is given back after an error", async () => {
  const failing = withLease(here, secretId, () => Promise.reject(new Error("fixture")), options);
  await expect(failing).rejects.toThrow("fixture");
  expect((await current())?.state).toBe("free");
});

test("works of several runs never overlap, and one line says whom a run waits for", async () => {
  let [running, most] = [0, 0];
  const work = async () => {
    most = Math.max(most, ++running);
    await setTimeout(20);
    running -= 1;
  };
  const runs = [1, 2, 3, 4].map(() => withLease(elsewhere(), secretId, work, options));
  await Promise.all(runs);
  expect(most).toBe(1);
  expect(lines).toHaveLength(3);
  expect(lines[0]).toBe(
    `Waiting for process ${process.pid} on ${thisProcess().host}, who is minting for the secret ${secretId}: this run goes on after it …`,
  );
});

test("works of one process hand the lease on to each other", async () => {
  const leases = await Promise.all(
    [1, 2, 3].map(() => withLease(here, secretId, async (lease) => lease, options)),
  );
  expect(new Set(leases).size).toBe(1);
  expect(store.calls.filter((call) => call === "writeLease")).toHaveLength(2);
});

test("who holds it looks whether it still does, and writes only after a minute of silence", async () => {
  const writes = () => store.calls.filter((call) => call === "writeLease").length;
  await withLease(
    here,
    secretId,
    async (lease) => {
      for (let times = 0; times < 3; times += 1) await lease.requireHeld();
      expect(writes()).toBe(1);
      vi.useFakeTimers({ now: Date.now() + 60_000, toFake: ["Date"] });
      await lease.requireHeld();
      expect(writes()).toBe(2);
    },
    options,
  );
  expect(writes()).toBe(3);
});

test("a lease whose time is over is taken over, and its holder notices", async () => {
  let lost: Lease | undefined;
  const slow = withLease(
    here,
    secretId,
    async (lease) => {
      await occupy({ state: "free" });
      await withLease(elsewhere(), secretId, async () => undefined, options);
      lost = lease;
      await lease.requireHeld();
    },
    options,
  );
  await expect(slow).rejects.toMatchObject({ code: "STORE_BUSY" });
  await expect(lost?.requireHeld()).rejects.toMatchObject({ code: "STORE_BUSY" });
  expect(await withLease(here, secretId, async () => "next", options)).toBe("next");
});

test("the lease of a process that died here is taken over at once", async () => {
  const child = spawn(process.execPath, ["--eval", "setInterval(() => {}, 1000)"]);
  await once(child, "spawn");
  await occupy({ pid: child.pid });
  const waiting = withLease(here, secretId, async () => "mine", options);
  child.kill("SIGKILL");
  expect(await waiting).toBe("mine");
});

test("an id that is used again by another process is no sign of life", async () => {
  const { pid, started } = thisProcess();
  if (started === "") return;
  await occupy({ pid, started: `${started}0` });
  expect(await withLease(here, secretId, async () => "mine", options)).toBe("mine");
});

describe("the lease of a process of another machine or container", () => {
  const foreign = { host: "elsewhere", table: "another", pid: 1 };

  test("is respected, and the error names its holder", async () => {
    await occupy(foreign);
    const waiting = withLease(here, secretId, async () => "mine", { ...options, waitMs: 20 });
    await expect(waiting).rejects.toMatchObject({ code: "STORE_BUSY" });
    await expect(waiting).rejects.toThrow("process 1 on elsewhere is minting");
  });

  test("is respected by a run whose clock is ahead, by minutes or by a day", async () => {
    await occupy(foreign);
    vi.useFakeTimers({ now: Date.now() + 86_400_000, toFake: ["Date"] });
    const waiting = withLease(here, secretId, async () => "mine", { ...options, waitMs: 20 });
    await expect(waiting).rejects.toMatchObject({ code: "STORE_BUSY" });
  });

  test("is taken over when it did not move for five minutes while a run looked on", async () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    await occupy(foreign);
    const taken = vi.fn();
    const waiting = withLease(here, secretId, async () => taken(), options);
    const looks = async () => {
      store.calls.length = 0;
      await vi.waitFor(() => expect(store.calls.length).toBeGreaterThan(2));
    };
    await looks();
    vi.advanceTimersByTime(299_000);
    await looks();
    await occupy(foreign);
    await looks();
    vi.advanceTimersByTime(299_000);
    await looks();
    expect(taken).not.toHaveBeenCalled();
    vi.advanceTimersByTime(2_000);
    await waiting;
    expect(taken).toHaveBeenCalledOnce();
  });
});

test("another copy of this package in the same process holds its own lease", async () => {
  vi.resetModules();
  const other = await import("./with-lease.ts");
  const mine = { ...options, waitMs: 20 };
  const work = () => other.withLease(elsewhere(), secretId, async () => "theirs", mine);
  const refused = withLease(here, secretId, work, options);
  await expect(refused).rejects.toMatchObject({ code: "STORE_BUSY" });
});

test("a store that takes no lease keeps no run waiting for longer than it wants to", async () => {
  store.writeLease = async () => false;
  const waiting = withLease(here, secretId, async () => "mine", { ...options, waitMs: 20 });
  await expect(waiting).rejects.toMatchObject({ code: "STORE_BUSY" });
});

test("a run with another `op` is told when the first one had it, and waits for it", async () => {
  const since = (op: OpCli) =>
    withLease({ op, store }, secretId, async ({ heldSince }) => heldSince, options);
  const other = createMemoryOp();
  await since(here.op);
  await setTimeout(5);
  const [first, second] = await Promise.all([since(here.op), since(other)]);
  expect(second).toBeGreaterThan(first);
});

test("a lease that this process could not give back is in nobody's way", async () => {
  const { writeLease } = store;
  const work = async () => {
    store.writeLease = async () => {
      throw new ConnectError("STORE_UNREACHABLE", "No answer.", "");
    };
  };
  await withLease(here, secretId, work, options);
  store.writeLease = writeLease;
  expect((await current())?.state).toBe("held");
  expect(await withLease(elsewhere(), secretId, async () => "mine", options)).toBe("mine");
});

test("a lease that is not understood binds nobody", async () => {
  await store.writeLease(secretId, 1, "not even JSON");
  expect(await withLease(here, secretId, async () => "mine", options)).toBe("mine");
});

test("a sign of life is given every minute, and one whose answer got lost counts", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  await withLease(
    here,
    secretId,
    async (lease) => {
      const { sequence } = await store.readLease(secretId);
      const { writeLease } = store;
      store.writeLease = async (...lease) => {
        await writeLease(...lease);
        throw new ConnectError("STORE_UNREACHABLE", "No answer.", "");
      };
      await vi.advanceTimersByTimeAsync(60_000);
      store.writeLease = writeLease;
      await vi.advanceTimersByTimeAsync(120_000);
      await lease.requireHeld();
      expect((await store.readLease(secretId)).sequence).toBe(sequence + 2);
    },
    options,
  );
});

test("waiting ends when the run is cancelled", async () => {
  await occupy({});
  const signal = AbortSignal.timeout(20);
  const waiting = withLease(here, secretId, async () => undefined, { ...options, signal });
  await expect(waiting).rejects.toThrow(/aborted/i);
});

test("a lease tells a process, and nothing secret", async () => {
  await withLease(here, secretId, async () => undefined, options);
  const { text = "" } = await store.readLease(secretId);
  expect(text).toMatch(/^\{"opconnect":"lease",/);
  expect(Object.keys(JSON.parse(text)).sort()).toEqual(
    ["opconnect", "host", "table", "pid", "started", "nonce", "state"].sort(),
  );
});

test("a lease that nobody ever held is held since ever, the next since it was taken", async () => {
  const heldSince = async (lease: Lease) => lease.heldSince;
  expect(await withLease(here, secretId, heldSince, options)).toBe(0);
  const before = Date.now();
  const other = await withLease(elsewhere(), secretId, heldSince, options);
  expect(other).toBeGreaterThanOrEqual(before);
});
