import { expect, test, vi } from "vitest";
import { pastDenials } from "./past-denials.ts";

test("a policy that denies for a moment is waited for, and one that goes on is not", async () => {
  const denied = Object.assign(new Error("denied"), { code: "CLUSTER_POLICY_DENIED" });
  const attempt = vi.fn(async () => "written");
  attempt.mockRejectedValueOnce(denied);
  expect(await pastDenials({ policyMs: 1_000, pollMs: 1 }, attempt)).toBe("written");
  attempt.mockRejectedValue(denied);
  await expect(pastDenials({ policyMs: 5, pollMs: 1 }, attempt)).rejects.toBe(denied);
  attempt.mockReset().mockRejectedValue(new Error("another"));
  await expect(pastDenials({ policyMs: 1_000, pollMs: 1 }, attempt)).rejects.toThrow("another");
  expect(attempt).toHaveBeenCalledTimes(1);
});
