import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { ConnectError } from "@opconnect/core";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createMemoryStore, type MemoryStore } from "../../fixtures/fakes/memory-store.ts";
import { thisProcess } from "../process/running-process.ts";
import type { Lease } from "./held.ts";
import { parseLease } from "./text.ts";
import { withLease } from "./with-lease.ts";

const secretId = "opconnect/acme/prod/credentials";
let store: MemoryStore;
let lines: string[];
let options: { pollMs: number; report: (line: string) => void };

beforeEach(() => {
  store = createMemoryStore();
  lines = [];
  options = { pollMs: 5, report: (line) => lines.push(line) };
});

afterEach(() => {
  vi.useRealTimers();
});

/** The same store as another process sees it: leases are queued per store object. */
const elsewhere = () => ({ ...store });
const current = async () => parseLease((await store.readLease(secretId)).text);
/** Writes the lease that another process would hold, the one that started this one. */
async function occupy(change: object) {
  const { sequence } = await store.readLease(secretId);
  const parent = { ...thisProcess(), pid: process.ppid, started: "" };
  const holder = { ...parent, nonce: "theirs", until: new Date(Date.now() + 60_000) };
  const text = JSON.stringify({ opconnect: "lease", ...holder, ...change });
  await store.writeLease(secretId, sequence + 1, text);
}

test("the lease is held while work is done, and given back afterwards", async () => {
  const held = await withLease(store, secretId, current, options);
  expect(held).toMatchObject(thisProcess());
  expect(held?.until.getTime()).toBeGreaterThan(Date.now() + 240_000);
  expect((await current())?.until.getTime()).toBeLessThan(Date.now());
});

test("a lease tells since when no other process has held it", async () => {
  const since = (from: MemoryStore) =>
    withLease(from, secretId, async ({ heldSince }) => heldSince, options);
  const first = await since(store);
  await setTimeout(5);
  expect(await since(store)).toBe(first);
  const others = await since(elsewhere());
  expect(others).toBeGreaterThan(first);
  await setTimeout(5);
  expect(await since(store)).toBeGreaterThan(others);
});

test("the lease is given back after an error", async () => {
  const failing = withLease(store, secretId, () => Promise.reject(new Error("fixture")), options);
  await expect(failing).rejects.toThrow("fixture");
  expect((await current())?.until.getTime()).toBeLessThan(Date.now());
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
    `opconnect: waiting for process ${process.pid} on ${thisProcess().host}, who is minting for the secret ${secretId}.`,
  );
});

test("works of one process hand the lease on to each other", async () => {
  const leases = await Promise.all(
    [1, 2, 3].map(() => withLease(store, secretId, async (lease) => lease, options)),
  );
  expect(new Set(leases).size).toBe(1);
  expect(store.calls.filter((call) => call === "writeLease")).toHaveLength(2);
});

test("a lease whose time is over is taken over, and its holder notices", async () => {
  let lost: Lease | undefined;
  const slow = withLease(
    store,
    secretId,
    async (lease) => {
      await occupy({ until: new Date(0) });
      await withLease(elsewhere(), secretId, async () => undefined, options);
      lost = lease;
      await lease.requireHeld();
    },
    options,
  );
  await expect(slow).rejects.toMatchObject({ code: "STORE_BUSY" });
  await expect(lost?.requireHeld()).rejects.toMatchObject({ code: "STORE_BUSY" });
  expect(await withLease(store, secretId, async () => "next", options)).toBe("next");
});

test("the lease of a process that died here is taken over at once", async () => {
  const child = spawn(process.execPath, ["--eval", "setInterval(() => {}, 1000)"]);
  await once(child, "spawn");
  await occupy({ pid: child.pid });
  const waiting = withLease(store, secretId, async () => "mine", options);
  child.kill("SIGKILL");
  expect(await waiting).toBe("mine");
});

test("an id that is used again by another process is no sign of life", async () => {
  const { pid, started } = thisProcess();
  if (started === "") return;
  await occupy({ pid, started: `${started}0` });
  expect(await withLease(store, secretId, async () => "mine", options)).toBe("mine");
});

test("the lease of a process of another host or container is respected until its time is over", async () => {
  await occupy({ host: "elsewhere", table: "another", pid: 1 });
  const waiting = withLease(store, secretId, async () => "mine", { ...options, waitMs: 20 });
  await expect(waiting).rejects.toMatchObject({ code: "STORE_BUSY" });
  await expect(waiting).rejects.toThrow(/process 1 on elsewhere is minting .* lasts until 20/);
  await occupy({ host: "elsewhere", table: "another", until: new Date(Date.now() + 30) });
  expect(await withLease(store, secretId, async () => "mine", options)).toBe("mine");
});

test("a lease that this process could not give back is in nobody's way", async () => {
  const { writeLease } = store;
  const work = async () => {
    store.writeLease = async () => {
      throw new ConnectError("STORE_UNREACHABLE", "No answer.", "");
    };
  };
  await withLease(store, secretId, work, options);
  store.writeLease = writeLease;
  expect((await current())?.until.getTime()).toBeGreaterThan(Date.now());
  expect(await withLease(elsewhere(), secretId, async () => "mine", options)).toBe("mine");
});

test("a lease that is not understood binds nobody", async () => {
  await store.writeLease(secretId, 1, "not even JSON");
  expect(await withLease(store, secretId, async () => "mine", options)).toBe("mine");
});

test("a sign of life is given every minute, and one whose answer got lost counts", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "Date"] });
  await withLease(
    store,
    secretId,
    async (lease) => {
      const until = (await current())?.until.getTime() ?? 0;
      const { writeLease } = store;
      store.writeLease = async (...lease) => {
        await writeLease(...lease);
        throw new ConnectError("STORE_UNREACHABLE", "No answer.", "");
      };
      await vi.advanceTimersByTimeAsync(60_000);
      store.writeLease = writeLease;
      await vi.advanceTimersByTimeAsync(60_000);
      expect((await current())?.until.getTime()).toBe(until + 120_000);
      await lease.requireHeld();
    },
    options,
  );
});

test("waiting ends when the run is cancelled", async () => {
  await occupy({});
  const signal = AbortSignal.timeout(20);
  const waiting = withLease(store, secretId, async () => undefined, { ...options, signal });
  await expect(waiting).rejects.toThrow(/aborted/i);
});

test("a lease tells a process, and nothing secret", async () => {
  await withLease(store, secretId, async () => undefined, options);
  const { text = "" } = await store.readLease(secretId);
  expect(text).toMatch(/^\{"opconnect":"lease",/);
  expect(Object.keys(JSON.parse(text)).sort()).toEqual(
    ["opconnect", "host", "table", "pid", "started", "nonce", "until"].sort(),
  );
});
