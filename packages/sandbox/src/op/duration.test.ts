import { expect, test } from "vitest";
import { parseDuration } from "./duration.ts";

test.each([
  ["30s", 30_000],
  ["1h30m", 5_400_000],
  ["90d", 7_776_000_000],
  ["2w", 1_209_600_000],
])("%s is %d milliseconds", (text, milliseconds) => {
  expect(parseDuration(text, "expires-in", "")).toBe(milliseconds);
});

test.each([
  ["5q", 'unknown unit "q" in duration "5q"'],
  ["5", 'missing unit in duration "5"'],
  ["", 'invalid duration ""'],
  ["soon", 'invalid duration "soon"'],
])("%j is refused in Go's words", (text, reason) => {
  expect(() => parseDuration(text, "expires-in", "")).toThrow(
    `invalid argument "${text}" for "--expires-in" flag: time: ${reason}`,
  );
});
