import { expect, test, vi } from "vitest";
import { retryTakenPort } from "./retry-taken-port.ts";

test("a start that found its port taken is tried once more", async () => {
  const start = vi.fn<() => Promise<string>>();
  start.mockRejectedValueOnce(new Error("etcd ended.\nbind: address already in use"));
  start.mockResolvedValueOnce("up");
  expect(await retryTakenPort(start)).toBe("up");
});

test("any other failure is final", async () => {
  const start = vi.fn(() => Promise.reject(new Error("etcd ended.\nno space left on device")));
  await expect(retryTakenPort(start)).rejects.toThrow("no space left");
  expect(start).toHaveBeenCalledTimes(1);
});
