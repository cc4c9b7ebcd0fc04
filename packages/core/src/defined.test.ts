import { expect, test } from "vitest";
import { defined } from "./defined.ts";

test("what is undefined is left out, and all else kept", () => {
  const fields = { name: "acme", count: 0, flag: false, none: null, absent: undefined };
  expect(Object.entries(defined(fields))).toEqual([
    ["name", "acme"],
    ["count", 0],
    ["flag", false],
    ["none", null],
  ]);
});
