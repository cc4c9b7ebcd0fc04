import fc from "fast-check";
import { expect, test } from "vitest";
import { fixtureReport } from "../../fixtures/fixture-report.ts";
import { fixtureRun } from "../../fixtures/fixture-run.ts";
import { recordedRun } from "../../fixtures/recorded-run.ts";
import { describeStack } from "./describe-stack.ts";
import { fleetOutcome, mergeReports, missingShards } from "./merge.ts";
import type { FleetReport, FleetRun } from "./model.ts";

const stacks = (["item-dropped", "rotation", "no-change"] as const).map((change, index) => ({
  ...describeStack(recordedRun(change)),
  stack: `client${index}-prod`,
}));

/** The report of a shard: a stack, and one that was not looked at. */
function shard(number: number, of = 3): FleetReport {
  const stack = stacks[number - 1];
  const notLookedAt = [{ project: "clients", stack: `left${number}-prod`, reason: "unaffected" }];
  return fixtureReport(stack === undefined ? [] : [stack], {
    notLookedAt,
    shards: { of, present: [number] },
  });
}

const evening = "2026-11-29T19:00:00.000Z";
const before = "2026-11-29T06:00:00.000Z";
const begun = (at: string) => ({ from: at, to: at });

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
  ["of another commit", [shard(1), ofRun({ commit: "0000000000000000" })]],
  ["of a commit and of none", [shard(1), withoutCommit()]],
  ["of other files of the program", [shard(1), ofRun({ program: "another" })]],
  ["by another engine", [shard(1), ofRun({ engine: "v3.251.0" })]],
  ["of which other stacks were meant", [shard(1), ofRun({ request: "another" })]],
  ["of the next day", [shard(1), ofRun(begun("2026-11-30T07:00:00.000Z"))]],
  ["that together took too long", [ofRun(begun(evening)), shard(1), ofRun(begun(before))]],
  ["that tell of a stack otherwise", [shard(1), { ...shard(1), stacks: otherwise() }]],
  ["none", []],
])("reports %s are refused", (_, reports) => {
  expect(() => mergeReports(reports)).toThrow(
    expect.objectContaining({ code: "FLEET_REPORT_MISMATCH" }),
  );
});

test("a merged report tells when its first part was begun, and its last", () => {
  const merged = mergeReports([ofRun(begun(evening)), shard(1), shard(3)]);
  expect(merged.runs).toEqual([{ ...fixtureRun, to: evening }]);
});

test("what two runs differ in is named", () => {
  expect(() => mergeReports([shard(1), ofRun({ commit: "0123456789abcdef" })])).toThrow(
    "of two runs of the project clients: some are of commit 5f1c7e0b2a9d, others of commit 0123456789ab",
  );
});

/** The second part, of another run. */
function ofRun(change: Partial<FleetRun>): FleetReport {
  return { ...shard(2), runs: [{ ...fixtureRun, ...change }] };
}

function withoutCommit(): FleetReport {
  const { commit: _, ...run } = fixtureRun;
  return { ...shard(2), runs: [run] };
}

/** The same of another project. */
function ofProject(project: string, report: FleetReport): FleetReport {
  return {
    ...report,
    runs: [{ ...fixtureRun, project, commit: project }],
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
  expect(() => mergeReports([...others, one, three, ofProject("other", empty)])).toThrow(
    "of clients the parts 2 are not among them",
  );
});

function otherwise() {
  return shard(1).stacks.map((stack) => ({ ...stack, digest: "another" }));
}
