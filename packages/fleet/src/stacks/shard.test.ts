import fc from "fast-check";
import { expect, test } from "vitest";
import { isInShard, parseShard } from "./shard.ts";

const shards = (of: number) => Array.from({ length: of }, (_, at) => ({ index: at + 1, of }));

test("every stack is in one shard, and only in one", () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1, max: 50 }), (stack, of) => {
      expect(shards(of).filter((shard) => isInShard("fleet", stack, shard))).toHaveLength(1);
    }),
  );
});

test("a thousand stacks are shared out about evenly", () => {
  const counts = shards(5).map(
    (shard) =>
      Array.from({ length: 1000 }, (_, at) => `client${at}-prod`).filter((stack) =>
        isInShard("fleet", stack, shard),
      ).length,
  );
  for (const count of counts) expect(count).toBeGreaterThan(150);
});

test("a shard is read", () => {
  expect(parseShard("2/5")).toEqual({ index: 2, of: 5 });
});

test.each(["0/5", "6/5", "1/0", "1", "a/b", "1/5/2", "-1/5", "", "1.5/2"])(
  "the shard %j is refused",
  (text) => {
    expect(() => parseShard(text)).toThrow("[SHARD_INVALID]");
  },
);
