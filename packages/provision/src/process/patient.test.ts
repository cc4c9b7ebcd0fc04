import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { patient, patiently } from "./patient.ts";

let said: string[];

beforeEach(() => {
  said = [];
  vi.useFakeTimers();
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    said.push(String(text));
    return true;
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Work that takes a time. */
const lasting = (ms: number) => () =>
  new Promise((resolve) => setTimeout(() => resolve("done"), ms));

test("what takes longer than two seconds is said, and goes on", async () => {
  const working = patient("Waiting for a fixture …", lasting(3_000));
  await vi.advanceTimersByTimeAsync(1_999);
  expect(said).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(said).toEqual(["Waiting for a fixture …\n"]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await working).toBe("done");
});

test("what is done or fails before is not said", async () => {
  await patient("Waiting …", async () => "done");
  const failing = patient("Waiting …", () => Promise.reject(new Error("fixture")));
  await expect(failing).rejects.toThrow("fixture");
  await vi.advanceTimersByTimeAsync(5_000);
  expect(said).toEqual([]);
});

test("what several wait for is said once a minute", async () => {
  const wait = () => patient("Waiting for what many want …", lasting(3_000));
  const first = Promise.all([wait(), wait()]);
  await vi.advanceTimersByTimeAsync(3_000);
  await first;
  expect(said).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(60_000);
  const second = wait();
  await vi.advanceTimersByTimeAsync(3_000);
  await second;
  expect(said).toHaveLength(2);
});

test("looks of which none takes long are said as soon as they take two seconds together", async () => {
  vi.useRealTimers();
  const began = performance.now();
  const pause = patiently("Waiting for a third party …");
  await pause(1_200);
  expect(said).toEqual([]);
  await pause(1_200);
  expect(said).toEqual(["Waiting for a third party …\n"]);
  await pause(1);
  expect(said).toHaveLength(1);
  expect(performance.now() - began).toBeGreaterThan(2_000);
});

test("no secret is said", async () => {
  const working = patient("Waiting for https://me:fixture@fixture.invalid …", lasting(3_000));
  await vi.advanceTimersByTimeAsync(3_000);
  await working;
  expect(said.join()).not.toContain("fixture@");
});
