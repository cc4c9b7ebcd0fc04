import { expect, test } from "vitest";
import { findingsOf, own, unknownText } from "../../../fixtures/findings-of.ts";
import { tokenRotates as rule } from "./token-rotates.ts";

test.each(["60d", "90d", unknownText])(
  "a token that is replaced after %s passes",
  (rotateAfter) => {
    expect(findingsOf(rule, [own("ConnectToken", { rotateAfter })])).toEqual([]);
  },
);

test("one that is not replaced for its age is found", () => {
  expect(findingsOf(rule, [own("ConnectToken", {})])).toEqual([
    "The Connect token it is never replaced for its age.",
  ]);
});

test("one that becomes too old is found, by the settings too", () => {
  const says = ["The Connect token it becomes older than the rule allows."];
  const tokens = [own("ConnectToken", { rotateAfter: "91d" })];
  expect(findingsOf(rule, tokens)).toEqual(says);
  expect(findingsOf(rule, tokens, { maxAge: "26w" })).toEqual([]);
  expect(findingsOf(rule, tokens, { maxAge: "30d" })).toEqual(says);
});
