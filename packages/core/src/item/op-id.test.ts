import { expect, test } from "vitest";
import { isOnePasswordId, isSameOnePasswordId } from "./op-id.ts";

test.each([
  ["fixturevaultone23456723456", true],
  ["FIXTURESERVER2345672345672", true],
  ["fixturevaultone2345672345", false],
  ["fixturevaultone234567234567", false],
  ["fixturevault-one2345672345", false],
  ["fixturevaultone23456723456\n", false],
  ["", false],
])("%j is an id: %s", (text, expected) => {
  expect(isOnePasswordId(text)).toBe(expected);
});

test("ids are the same whatever their case", () => {
  expect(isSameOnePasswordId("FIXTURESERVER2345672345672", "fixtureserver2345672345672")).toBe(
    true,
  );
  expect(isSameOnePasswordId("FIXTURESERVER2345672345672", "fixturevaultone23456723456")).toBe(
    false,
  );
});
