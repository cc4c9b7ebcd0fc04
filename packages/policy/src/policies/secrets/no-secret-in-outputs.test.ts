import { expect, test } from "vitest";
import { findingsOf } from "../../../fixtures/findings-of.ts";
import { fixtureSecrets } from "../../../fixtures/secrets.ts";
import { noSecretInOutputs as rule } from "./no-secret-in-outputs.ts";

const outputs = (props: object) => [
  { type: "pulumi:pulumi:Stack", props },
  { type: "kubernetes:core/v1:Secret", props: { data: fixtureSecrets.connectToken } },
];

test("ids among the outputs pass, and so do other resources", () => {
  const props = { namespace: "acme-prod-1password", credentialsSecretId: "arn:aws:fixture" };
  expect(findingsOf(rule, outputs(props))).toEqual([]);
});

test("a secret among the outputs is found, and not shown", () => {
  const props = { operator: { token: fixtureSecrets.connectToken } };
  expect(findingsOf(rule, outputs(props))).toEqual([
    "The output `operator.token` looks like a secret.",
  ]);
});
