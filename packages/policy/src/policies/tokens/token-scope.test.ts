import { expect, test } from "vitest";
import { findingsOf, own, unknownText } from "../../../fixtures/findings-of.ts";
import { tokenScope as rule } from "./token-scope.ts";

const vaults = (access: string) => [
  { key: "app", access: "read", id: unknownText },
  { key: "data", access, id: unknownText },
];

test("an operator's token that reads passes, and so does one of whose need nothing is said", () => {
  const operator = own("ConnectToken", { consumer: "operator", vaults: vaults("read") });
  const ci = own("ConnectToken", { consumer: "ci", vaults: vaults("read-write") });
  expect(findingsOf(rule, [operator, ci])).toEqual([]);
});

test("an operator's token that writes is found", () => {
  const token = own("ConnectToken", { consumer: "operator", vaults: vaults("read-write") });
  expect(findingsOf(rule, [token])).toEqual(["The Connect token it may change the vault data."]);
});

test("what a consumer does not need is found", () => {
  const token = own("ConnectToken", { consumer: "ci", vaults: vaults("read-write") });
  const settings = { consumers: { ci: { vaults: ["app"], access: "read" } } };
  expect(findingsOf(rule, [token], settings)).toEqual([
    "The Connect token it may change the vault data.",
    "The Connect token it covers the vault data.",
  ]);
  const wider = { consumers: { ci: { vaults: ["app", "data"] } } };
  expect(findingsOf(rule, [token], wider)).toEqual([]);
});
