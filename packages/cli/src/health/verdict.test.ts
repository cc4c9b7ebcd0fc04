import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import type { CheckResult } from "./check-result.ts";
import { asSeen, outcomeOf, verdictOn } from "./verdict.ts";

const ok: CheckResult = {
  check: "item",
  subject: "app/postgres",
  status: "ok",
  happened: "It is.",
};
const soon: CheckResult = { ...ok, check: "token-expiry", status: "warning" };
const coming: CheckResult = { ...ok, status: "warning" };
const unseen: CheckResult = { ...ok, status: "skipped" };
const wrong: CheckResult = { ...ok, status: "failed" };
const refused: CheckResult = { ...wrong, code: "STORE_ACCESS_DENIED" };

test.each<[string, CheckResult[], string, string]>([
  ["everything was seen to be right", [ok, ok], "proven", "All is in place, by 2 checks."],
  ["a token ends soon", [ok, soon], "proven", "All is in place, by 2 checks."],
  [
    "something is on its way, and something was not looked at",
    [ok, coming, unseen],
    "unproven",
    "Nothing is wrong, but not all is proven: 1 on the way still, 1 not looked at.",
  ],
  [
    "a look was refused",
    [ok, refused],
    "unproven",
    "Nothing is wrong, but not all is proven: 1 not looked at.",
  ],
  ["something is wrong", [ok, wrong, unseen], "wrong", "1 of 3 checks failed."],
])("where %s, that is the verdict", (_, found, outcome, words) => {
  const checks = found.map(asSeen);
  expect(outcomeOf(checks)).toBe(outcome);
  expect(stripVTControlCharacters(verdictOn(checks))).toBe(words);
});
