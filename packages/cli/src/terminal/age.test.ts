import { expect, test } from "vitest";
import { renderAge } from "./age.ts";

test.each([
  [0, "0s"],
  [59, "59s"],
  [3_599, "59m"],
  [86_399, "23h"],
  [864_000, "10d"],
])("%d seconds ago is %s", (seconds, text) => {
  const now = new Date("2026-05-05T12:00:00Z");
  expect(renderAge(new Date(now.getTime() - seconds * 1000), now)).toBe(text);
});
