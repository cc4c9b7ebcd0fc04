import { expect, test } from "vitest";
import { fixtureReport } from "../../fixtures/fixture-report.ts";
import type { FleetReport, StackReport } from "../report/model.ts";
import {
  type ApplyOptions,
  applicable,
  applyReviewed,
  type PlannedUpdate,
} from "./apply-reviewed.ts";
import type { Journal } from "./journal.ts";

const report = (stack: string, change: Partial<StackReport> = {}): StackReport => ({
  project: "client",
  stack,
  outcome: "changed",
  steps: [
    { urn: `urn:${stack}`, type: "a:b:C", name: "c", operation: "create", causes: [], changes: [] },
  ],
  outputs: [],
  minting: [],
  risks: [],
  problems: [],
  digest: stack,
  shape: "shape",
  checkpoint: "before",
  ...change,
});

const one = report("acme-dev");
const two = report("acme-prod");
const three = report("beta-prod");
const waves = [
  { name: "canary", stacks: [one] },
  { name: "rest", stacks: [two, three] },
];

function memoryJournal(): Journal & {
  readonly progress: Map<string, "begun" | "done" | "failed">;
} {
  const progress = new Map<string, "begun" | "done" | "failed">();
  return {
    progress,
    progressOf: ({ stack }) => progress.get(stack),
    async note({ stack }, each) {
      progress.set(stack, each);
    },
    async close() {},
  };
}

/** An engine that has applied what it was asked to apply, and tells in which order. */
function fakeEngine() {
  const state = new Map<string, StackReport>();
  const calls: string[] = [];
  return {
    calls,
    state,
    plan(
      apply: (stack: string) => string | undefined = () => undefined,
      moved: readonly string[] = [],
    ) {
      return async (reviewed: StackReport): Promise<PlannedUpdate> => ({
        async preview() {
          calls.push(`preview ${reviewed.stack}`);
          return state.get(reviewed.stack) ?? reviewed;
        },
        changesSince: async () => moved,
        async apply() {
          calls.push(`apply ${reviewed.stack}`);
          const because = apply(reviewed.stack);
          const done = report(reviewed.stack, {
            steps: [],
            outcome: "unchanged",
            checkpoint: "after",
          });
          if (because === undefined) state.set(reviewed.stack, done);
          return because;
        },
        async dispose() {
          calls.push(`dispose ${reviewed.stack}`);
        },
      });
    },
  };
}

function options(change: Partial<ApplyOptions>): ApplyOptions {
  return {
    journal: memoryJournal(),
    isStopped: () => false,
    plan: fakeEngine().plan(),
    mayBegin: async () => true,
    onBegun() {},
    onEnded() {},
    ...change,
  };
}

const endsOf = async (given: ApplyOptions) =>
  [...(await applyReviewed(waves, given)).values()].map(({ end }) => end);

test("what was reviewed is applied wave by wave, and no plan is left behind", async () => {
  const { plan, calls } = fakeEngine();
  expect(await endsOf(options({ plan: plan() }))).toEqual(["applied", "applied", "applied"]);
  expect(calls).toEqual(
    ["acme-dev", "acme-prod", "beta-prod"].flatMap((stack) => [
      `preview ${stack}`,
      `apply ${stack}`,
      `dispose ${stack}`,
    ]),
  );
});

test("a second run touches nothing", async () => {
  const { plan, calls } = fakeEngine();
  const journal = memoryJournal();
  await applyReviewed(waves, options({ journal, plan: plan() }));
  calls.length = 0;
  const asked: string[] = [];
  const mayBegin: ApplyOptions["mayBegin"] = async ({ name }) => asked.push(name) > 0;
  expect(await endsOf(options({ journal, plan: plan(), mayBegin }))).toEqual(
    waves.flatMap(({ stacks }) => stacks.map(() => "done before")),
  );
  expect(calls).toEqual([]);
  expect(asked).toEqual([]);
});

test("the first that fails stops it, and a second run begins there", async () => {
  const { plan, calls } = fakeEngine();
  const journal = memoryJournal();
  const fails = plan((stack) => (stack === "acme-prod" ? "No." : undefined));
  expect(await endsOf(options({ journal, plan: fails }))).toEqual([
    "applied",
    "failed",
    "not begun",
  ]);
  calls.length = 0;
  expect(await endsOf(options({ journal, plan: plan() }))).toEqual([
    "done before",
    "applied",
    "applied",
  ]);
  expect(calls[0]).toBe("preview acme-prod");
});

test("what would do something else is refused before anything is applied to it", async () => {
  const { plan, calls, state } = fakeEngine();
  state.set("acme-dev", { ...one, checkpoint: "moved" });
  const ends = await applyReviewed(waves, options({ plan: plan() }));
  expect(ends.get(one)).toEqual({
    end: "refused",
    differences: ["The stack was updated since the review"],
  });
  expect(calls).toEqual(["preview acme-dev", "dispose acme-dev"]);
});

test("what moves between its preview and its update is refused, and not begun", async () => {
  const { plan, calls } = fakeEngine();
  const journal = memoryJournal();
  const moving = plan(undefined, ["It was updated after its preview"]);
  expect(await endsOf(options({ journal, plan: moving }))).toEqual([
    "refused",
    "not begun",
    "not begun",
  ]);
  expect(calls).toEqual(["preview acme-dev", "dispose acme-dev"]);
  expect(journal.progress.size).toBe(0);
});

test("a stack that a killed run had applied, and not noted so, is done without another update", async () => {
  const { plan, calls, state } = fakeEngine();
  const journal = memoryJournal();
  await journal.note(one, "begun");
  state.set(
    "acme-dev",
    report("acme-dev", { steps: [], outcome: "unchanged", checkpoint: "after" }),
  );
  expect((await endsOf(options({ journal, plan: plan() })))[0]).toBe("applied");
  expect(calls).not.toContain("apply acme-dev");
});

test("the next wave begins only when it may", async () => {
  const { plan, calls } = fakeEngine();
  const mayBegin: ApplyOptions["mayBegin"] = async ({ name }) => name === "canary";
  expect(await endsOf(options({ plan: plan(), mayBegin }))).toEqual([
    "applied",
    "not begun",
    "not begun",
  ]);
  expect(calls).not.toContain("preview acme-prod");
});

test("what is asked to stop ends with the stack that it is at", async () => {
  const { plan } = fakeEngine();
  let isStopped = false;
  const given = options({
    plan: plan(),
    isStopped: () => isStopped,
    onEnded() {
      isStopped = true;
    },
  });
  expect(await endsOf(given)).toEqual(["applied", "not begun", "not begun"]);
});

const whole = fixtureReport([one, report("acme-test", { outcome: "unchanged", steps: [] })]);

test("only stacks that change are applied", () => {
  expect(applicable(whole)).toEqual([one]);
});

test.each<[string, Partial<FleetReport>]>([
  ["with a stack that failed", { stacks: [one, report("acme-test", { outcome: "failed" })] }],
  ["without one of its parts", { shards: { of: 2, present: [2] } }],
  ["of drift", { kind: "drift" }],
])("a report %s is no review", (_, change) => {
  expect(() => applicable({ ...whole, ...change })).toThrow("[FLEET_REVIEW_STALE]");
});
