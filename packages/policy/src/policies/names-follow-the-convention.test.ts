import { expect, test } from "vitest";
import { findingsOf, own, unknownText } from "../../fixtures/findings-of.ts";
import { namesFollowTheConvention as rule } from "./names-follow-the-convention.ts";

const named = [
  own("Vault", { title: "acme-prod-app" }),
  own("Vault", { title: "acme--eu-prod--app-db" }),
  own("ConnectServer", { name: "acme-prod" }),
  own("ConnectToken", { name: "acme-prod-operator" }),
  own("CredentialSecret", { name: "opconnect/acme/prod/credentials" }),
  own("CredentialSecret", { name: "opconnect/acme/prod/ci-token" }),
  own("ClusterSecret", { name: "acme-prod-token" }),
  own("ServiceAccountToken", { secret: "opconnect/acme/prod/account-token" }),
  own("ServiceAccountToken", {
    secret: "arn:aws:secretsmanager:eu-central-1:1:secret:mine-AbCdEf",
  }),
  own("ConnectServer", { name: unknownText }),
  { type: "kubernetes:core/v1:Secret", props: { name: "Anything Else" } },
];

test("names of the convention pass, with one hyphen or two, and what is not known yet", () => {
  expect(findingsOf(rule, named)).toEqual([]);
});

test("a name of one's own is found, and not repeated", () => {
  expect(findingsOf(rule, [own("Vault", { title: "Acme Production" })])).toEqual([
    "`title` of it is none that the convention makes.",
  ]);
  expect(findingsOf(rule, [own("ServiceAccountToken", { secret: "mine" })])).toEqual([
    "`secret` of it is none that the convention makes.",
  ]);
});

test("a convention of one's own is that of the settings", () => {
  const settings = { templates: { server: "connect {client} {environment}" } };
  const ours = own("ConnectServer", { name: "connect acme prod" });
  expect(findingsOf(rule, [ours], settings)).toEqual([]);
  expect(findingsOf(rule, [ours])).toHaveLength(1);
});
