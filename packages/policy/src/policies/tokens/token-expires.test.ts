import { expect, test } from "vitest";
import { findingsOf, own, unknownText } from "../../../fixtures/findings-of.ts";
import { tokenExpires as rule } from "./token-expires.ts";

test.each(["90d", "365d", unknownText])("a token that is good for %s passes", (expiresIn) => {
  expect(findingsOf(rule, [own("ConnectToken", { expiresIn })])).toEqual([]);
});

test("one without an end is found", () => {
  expect(findingsOf(rule, [own("ConnectToken", {})])).toEqual([
    "The Connect token it never expires.",
  ]);
});

test("one that is good for too long is found, by the settings too", () => {
  const says = ["The Connect token it is good for longer than the rule allows."];
  const tokens = [own("ConnectToken", { expiresIn: "53w" })];
  expect(findingsOf(rule, tokens)).toEqual(says);
  expect(findingsOf(rule, tokens, { maxLife: "104w" })).toEqual([]);
});
