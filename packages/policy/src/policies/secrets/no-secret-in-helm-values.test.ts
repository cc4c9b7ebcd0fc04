import { expect, test } from "vitest";
import { findingsOf, unknownText } from "../../../fixtures/findings-of.ts";
import { fixtureSecrets } from "../../../fixtures/secrets.ts";
import { noSecretInHelmValues as rule } from "./no-secret-in-helm-values.ts";

const chart = (values: object) => [{ type: "kubernetes:helm.sh/v4:Chart", props: { values } }];

test("names of Secrets that are there pass", () => {
  const values = {
    connect: { create: true, credentialsName: "acme-prod-credentials", credentials: "" },
    operator: { token: { name: "acme-prod-token", value: null } },
  };
  expect(findingsOf(rule, chart(values))).toEqual([]);
});

test("a value that takes a credential is found, whatever it holds", () => {
  const values = {
    connect: { credentials_base64: "x" },
    operator: { token: { value: unknownText } },
  };
  expect(findingsOf(rule, chart(values))).toEqual([
    "The value `connect.credentials_base64` of the chart it is for a secret, or looks like one.",
    "The value `operator.token.value` of the chart it is for a secret, or looks like one.",
  ]);
});

test("a secret elsewhere among the values is found once, and not shown", () => {
  const values = { env: [{ value: fixtureSecrets.connectToken }] };
  expect(findingsOf(rule, chart(values))).toEqual([
    "The value `env[0].value` of the chart it is for a secret, or looks like one.",
  ]);
});
