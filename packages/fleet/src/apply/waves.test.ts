import fc from "fast-check";
import { expect, test } from "vitest";
import { planWaves as plan, type WavePlan } from "./waves.ts";

const fleet = Array.from({ length: 20 }, (_, index) => ({
  project: "client",
  stack: `client${index}-prod`,
  ...(index < 2 && { wave: "canary" }),
}));

const planWaves = (words: string, stacks: typeof fleet): WavePlan<(typeof fleet)[0]> =>
  plan(words, stacks, ["canary", "later"]);

test("stacks that name a wave come in it, then a share of all, then the rest", () => {
  const { waves, left } = planWaves("canary,10%,rest", fleet);
  expect(waves.map(({ name, stacks }) => [name, stacks.length])).toEqual([
    ["canary", 2],
    ["10%", 2],
    ["rest", 16],
  ]);
  expect(waves[0]?.stacks.map(({ stack }) => stack)).toEqual(["client0-prod", "client1-prod"]);
  expect(left).toEqual([]);
});

test("without a rest, what is in no wave is left", () => {
  expect(planWaves("canary", fleet).left).toHaveLength(18);
});

test("a wave that only other stacks of the project belong to is empty", () => {
  expect(planWaves("later,rest", fleet).waves.map(({ stacks }) => stacks.length)).toEqual([0, 20]);
});

test("a share is rounded up, so that one of three is taken of one per cent", () => {
  expect(planWaves("1%", fleet.slice(0, 3)).waves[0]?.stacks).toHaveLength(1);
});

test("every stack is in one wave or left, whatever the waves and the order of the stacks", () => {
  const words = fc.shuffledSubarray(["canary", "10%", "25.5%", "rest"], { minLength: 1 });
  const given = fc.shuffledSubarray(fleet, { minLength: fleet.length });
  fc.assert(
    fc.property(words, given, (names, stacks) => {
      const { waves, left } = planWaves(names.join(","), stacks);
      const all = [...waves.flatMap(({ stacks }) => stacks), ...left];
      expect(new Set(all)).toEqual(new Set(fleet));
      expect(all).toHaveLength(fleet.length);
      expect(planWaves(names.join(","), fleet)).toEqual({ waves, left });
    }),
  );
});

test.each([
  ["canari", '"canari" is no wave that a stack belongs to'],
  ["canary,,rest", '"" is no wave'],
  ["0%", '"0%" is no share of anything'],
  ["101%", '"101%" is no share of anything'],
  ["rest,rest", '"rest" stands twice'],
])("%j is refused", (words, message) => {
  expect(() => planWaves(words, fleet)).toThrow(message);
  expect(() => planWaves(words, fleet)).toThrow("[ARGUMENT_INVALID]");
});
