import { expect, test } from "vitest";
import { findingsOf, own, unknownText } from "../../../fixtures/findings-of.ts";
import { fixtureSecrets } from "../../../fixtures/secrets.ts";
import { noSecretInInputs as rule } from "./no-secret-in-inputs.ts";

const secretType = "kubernetes:core/v1:Secret";

test("ids, names, paths and what is not known yet pass", () => {
  const item = own("OnePasswordItem", { itemPath: "vaults/app/items/postgres", labels: {} });
  const token = own("ConnectToken", { name: "acme-prod-ci", secretId: unknownText });
  const secret = { type: secretType, props: { data: { note: "bm90aGluZw==" }, stringData: null } };
  expect(findingsOf(rule, [item, token, secret])).toEqual([]);
});

test.each(Object.entries(fixtureSecrets))("%s is found, and no part of it shown", (_, secret) => {
  const props = { stringData: { token: secret }, list: ["plain", secret] };
  const says = findingsOf(rule, [{ type: secretType, props }]);
  expect(says).toEqual([
    "`stringData.token` of it looks like a secret.",
    "`list[1]` of it looks like a secret.",
  ]);
});

test("a secret that is the name of a property is found without its name", () => {
  const props = { data: { [fixtureSecrets.connectToken]: "x" } };
  expect(findingsOf(rule, [{ type: secretType, props }])).toEqual([
    "`data` of it looks like a secret.",
  ]);
});

test("values of a chart are left to their own rule", () => {
  const props = { values: { token: fixtureSecrets.connectToken } };
  expect(findingsOf(rule, [{ type: "kubernetes:helm.sh/v3:Release", props }])).toEqual([]);
});
