import { expect, test, vi } from "vitest";
import { pullOnce } from "./pull-once.ts";

test("an image is pulled once, when a container first asks, which waits meanwhile", async () => {
  const pull = vi.fn(async (tag: string) => `/tools/operator-${tag}`);
  const find = pullOnce(pull, () => {});
  expect(pull).not.toHaveBeenCalled();
  expect(() => find("1.8.1")).toThrow(expect.objectContaining({ reason: "ContainerCreating" }));
  await vi.waitFor(() => expect(find("1.8.1")).toBe("/tools/operator-1.8.1"));
  expect(pull.mock.calls).toEqual([["1.8.1"]]);
});

test("one that cannot be pulled shows as that, with the cause, and is not asked for again", async () => {
  const pull = vi.fn(() => Promise.reject(new Error("no such version")));
  const lines: string[] = [];
  const find = pullOnce(pull, (line) => lines.push(line));
  const failed = { reason: "ErrImagePull", message: "no such version" };
  await vi.waitFor(() => expect(() => find("9.9.9")).toThrow(expect.objectContaining(failed)));
  expect(() => find("9.9.9")).toThrow(expect.objectContaining(failed));
  expect(pull).toHaveBeenCalledOnce();
  expect(lines).toEqual(["image of the operator 9.9.9: no such version"]);
});
