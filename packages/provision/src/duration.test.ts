import { expect, test } from "vitest";
import { parseDurationSeconds } from "./duration.ts";

test.each([
  ["30s", 30],
  ["15m", 900],
  ["12h", 43_200],
  ["90d", 7_776_000],
  ["2w", 1_209_600],
])("%s is %d seconds", (text, seconds) => {
  expect(parseDurationSeconds(text)).toBe(seconds);
});

test.each(["", "0d", "90", "-1d", "5q", "1.5h", "90d ", "1h30m"])("%j is refused", (text) => {
  expect(() => parseDurationSeconds(text)).toThrow(/`expiresIn` is .*ARGUMENT_INVALID/);
});
