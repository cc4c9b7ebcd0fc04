import { expect, test } from "vitest";
import { parseDurationSeconds } from "./duration.ts";

test.each([
  ["45s", 45],
  ["10m", 600],
  ["12h", 43_200],
  ["90d", 7_776_000],
  ["2w", 1_209_600],
  ["3660d", 316_224_000],
])("%s is %i seconds", (text, seconds) => {
  expect(parseDurationSeconds(text)).toBe(seconds);
});

test.each([
  "",
  "0d",
  "-1d",
  "90",
  "90 days",
  "90x",
  "1.5h",
  "1h30m",
  " 90d",
  "90D",
  "100000w",
  "3661d",
])('"%s" is no life time, and the error names the field', (text) => {
  expect(() => parseDurationSeconds(text)).toThrow(/`expiresIn` is .*TOKEN_EXPIRY_INVALID/);
  expect(() => parseDurationSeconds(text, "rotateAfter")).toThrow(/`rotateAfter` is/);
});
