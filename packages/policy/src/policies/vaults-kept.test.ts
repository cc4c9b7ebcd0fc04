import { expect, test } from "vitest";
import { findingsOf, own } from "../../fixtures/findings-of.ts";
import { vaultsKept as rule } from "./vaults-kept.ts";

test("a vault that stays passes", () => {
  expect(findingsOf(rule, [own("Vault", { evenIfNotEmpty: false })])).toEqual([]);
});

test.each([
  { deleteWithEnvironment: true, evenIfNotEmpty: false },
  { deleteWithEnvironment: true, evenIfNotEmpty: true },
  // Of a release that did not say the first.
  { evenIfNotEmpty: true },
])("a vault with %o is found", (props) => {
  expect(findingsOf(rule, [own("Vault", props)])).toEqual([
    "The vault it is deleted with its environment.",
  ]);
});
