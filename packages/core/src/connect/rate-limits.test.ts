import fc from "fast-check";
import { expect, test } from "vitest";
import { type AccountPlan, operatorReads, rateLimits } from "./rate-limits.ts";

const one = { itemsById: 1, itemsByTitle: 0, pollingInterval: 600 };

test("an item by its id is two reads at each look, one by its title three, and a file one more", () => {
  const perHour = (load: object) => operatorReads({ ...one, ...load }, "business").perHour;
  expect(perHour({})).toBe(12);
  expect(perHour({ itemsById: 0, itemsByTitle: 1 })).toBe(18);
  expect(perHour({ files: 1 })).toBe(18);
  expect(perHour({ replicas: 2 })).toBe(24);
  expect(operatorReads(one, "business").perDay).toBe(288);
});

test("every ten minutes, a Business account has room for 173 items by their ids", () => {
  const at = (itemsById: number) => operatorReads({ ...one, itemsById }, "business").exceeded;
  expect(at(173)).toEqual([]);
  expect(at(174)).toEqual(["requestsPerDay"]);
  expect(operatorReads({ ...one, itemsById: 1_000 }, "business").exceeded).toEqual([
    "readsPerHour",
    "requestsPerDay",
  ]);
});

test("without items nothing is read", () => {
  const none = operatorReads({ ...one, itemsById: 0 }, "families");
  expect(none).toEqual({ perHour: 0, perDay: 0, exceeded: [], leastPollingInterval: 1 });
});

test("a load that is just the limit is within it", () => {
  const load = { itemsById: 5, itemsByTitle: 307, files: 1999, pollingInterval: 253_152 };
  expect(operatorReads(load, "families")).toMatchObject({ perDay: 1_000, exceeded: [] });
});

test("the shortest interval is within the limits, and a second less is not", () => {
  const plans = fc.constantFrom<AccountPlan>("business", "teams", "families");
  const count = fc.nat(2_000);
  fc.assert(
    fc.property(plans, count, count, count, (plan, itemsById, itemsByTitle, files) => {
      const load = { itemsById, itemsByTitle, files };
      const at = (pollingInterval: number) => operatorReads({ ...load, pollingInterval }, plan);
      const { leastPollingInterval: least } = at(600);
      expect(at(least).exceeded).toEqual([]);
      if (least > 1) expect(at(least - 1).exceeded).not.toEqual([]);
    }),
  );
  expect(Object.keys(rateLimits)).toEqual(["business", "teams", "families"]);
});
