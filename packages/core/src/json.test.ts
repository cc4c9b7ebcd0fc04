import { expect, test } from "vitest";
import { isRecord, parseJson } from "./json.ts";

test.each(["", "{", "fixture-secret"])("%j is no JSON, and nothing quotes it", (text) => {
  expect(parseJson(text)).toBeUndefined();
});

test.each([
  ['{"a":1}', true],
  ["[1]", false],
  ["null", false],
  ["1", false],
])("%s is a record: %j", (text, expected) => {
  expect(isRecord(parseJson(text))).toBe(expected);
});
