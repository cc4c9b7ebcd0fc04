import fc from "fast-check";
import { expect, test } from "vitest";
import { recordedRun } from "../../fixtures/recorded-run.ts";
import { describeStack } from "./describe-stack.ts";
import { fleetOutcome, mergeReports, missingShards } from "./merge.ts";
import type { FleetReport } from "./model.ts";

const stacks = (["item-dropped", "rotation", "no-change"] as const).map((change, index) => ({
  ...describeStack(recordedRun(change)),
  stack: `client${index}-prod`,
}));

/** The report of a shard: a stack, and one that was not looked at. */
function shard(number: number, of = 3): FleetReport {
  const stack = stacks[number - 1];
  const notLookedAt = [{ project: "clients", stack: `left${number}-prod`, reason: "unaffected" }];
  return {
    version: 1,
    kind: "preview",
    stacks: stack === undefined ? [] : [stack],
    notLookedAt,
    shards: { of, present: [number] },
  };
}

const shards = fc
  .array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 6 })
  .map((numbers) => numbers.map((number) => shard(number)));

test("shards of one run make one report, whatever the order, and twice the same is once", () => {
  fc.assert(
    fc.property(shards, shards, shards, (a, b, c) => {
      const [x, y, z] = [mergeReports(a), mergeReports(b), mergeReports(c)];
      expect(mergeReports([x, y])).toEqual(mergeReports([y, x]));
      expect(mergeReports([mergeReports([x, y]), z])).toEqual(
        mergeReports([x, mergeReports([y, z])]),
      );
      expect(mergeReports([x, x])).toEqual(x);
      expect(mergeReports([...a, ...b])).toEqual(mergeReports([x, y]));
    }),
  );
});

test("a shard that is missing is named, and is a failure", () => {
  const two = mergeReports([shard(3), shard(1)]);
  expect(missingShards(two)).toEqual([2]);
  expect(fleetOutcome(two)).toBe("failed");
  const whole = mergeReports([two, shard(2)]);
  expect(missingShards(whole)).toEqual([]);
  expect(fleetOutcome(whole)).toBe("changed");
  expect(fleetOutcome({ ...whole, stacks: [] })).toBe("unchanged");
});

test("a stack that one shard looked at is not left by another", () => {
  const left = { project: "clients", stack: "client0-prod", reason: "unaffected" };
  const merged = mergeReports([{ ...shard(2), notLookedAt: [left] }, shard(1)]);
  expect(merged.notLookedAt.map(({ stack }) => stack)).toEqual(["left1-prod"]);
});

test.each([
  ["of another number of shards", [shard(1), shard(2, 4)]],
  ["of another kind", [shard(1), { ...shard(2), kind: "drift" as const }]],
  ["that tell of a stack otherwise", [shard(1), { ...shard(1), stacks: otherwise() }]],
  ["none", []],
])("reports %s are refused", (_, reports) => {
  expect(() => mergeReports(reports)).toThrow(
    expect.objectContaining({ code: "FLEET_REPORT_MISMATCH" }),
  );
});

/** The same of another project. */
function ofProject(project: string, report: FleetReport): FleetReport {
  return {
    ...report,
    stacks: report.stacks.map((stack) => ({ ...stack, project })),
    notLookedAt: report.notLookedAt.map((stack) => ({ ...stack, project })),
  };
}

test("a part of one project does not stand in for that of another", () => {
  const [one, two, three] = [shard(1), shard(2), shard(3)];
  expect(() => mergeReports([one, ofProject("other", two), three])).toThrow(
    "of clients the parts 2 are not among them",
  );
  const others = [one, two, three].map((report) => ofProject("other", report));
  const both = mergeReports([...others, three, one, two]);
  expect(missingShards(both)).toEqual([]);
  expect(both.stacks).toHaveLength(6);
  expect(mergeReports([mergeReports([one, two, three]), mergeReports(others)])).toEqual(both);
  const empty = { ...two, stacks: [], notLookedAt: [] };
  expect(missingShards(mergeReports([one, empty, three]))).toEqual([]);
});

function otherwise() {
  return shard(1).stacks.map((stack) => ({ ...stack, digest: "another" }));
}
