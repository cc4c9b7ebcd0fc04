import { createConvention } from "@opconnect/core";
import { expect, test } from "vitest";
import { secretTemplates } from "./secret-templates.ts";

const environment = { client: "beta", environment: "prod" };
const naming = { template: {}, copyCommand: (from: string, to: string) => `copy ${from} ${to}` };

test("names of the convention take no template", () => {
  const told = {
    credentialsSecret: "opconnect/beta/prod/credentials",
    tokenSecrets: { operator: "opconnect/beta/prod/operator-token" },
  };
  expect(secretTemplates(environment, told, naming)).toEqual({});
});

test("names that hold client and environment become templates that make them again", () => {
  const told = {
    credentialsSecret: "clients/beta/prod/1p-credentials",
    tokenSecrets: {
      operator: "clients/beta/prod/token-operator",
      ci: "clients/beta/prod/token-ci",
    },
  };
  const templates = secretTemplates(environment, told, naming);
  expect(templates).toEqual({
    credentialsSecret: "clients/{client}/{environment}/1p-credentials",
    tokenSecret: "clients/{client}/{environment}/token-{purpose}",
  });
  const names = createConvention(templates).names(environment);
  expect(names.tokenSecret("ci")).toBe(told.tokenSecrets.ci);
});

test("the consumer is no placeholder where the credentials could be taken for a token", () => {
  const told = {
    credentialsSecret: "clients/beta/prod/1p-credentials",
    tokenSecrets: { operator: "clients/beta/prod/1p-operator" },
  };
  expect(secretTemplates(environment, told, naming).tokenSecret).toBe(
    "clients/{client}/{environment}/1p-operator",
  );
});

test("a name that no template makes is refused with the command that copies the secret", () => {
  const told = { credentialsSecret: "onepassword", tokenSecrets: {} };
  expect(() => secretTemplates(environment, told, naming)).toThrow(
    /`copy onepassword opconnect\/beta\/prod\/credentials`/,
  );
});

test("the copy has the name that the program's own templates make", () => {
  const told = { credentialsSecret: "onepassword", tokenSecrets: {} };
  const template = { credentialsSecret: "1p/{client}/{environment}" };
  expect(() => secretTemplates(environment, told, { ...naming, template })).toThrow(
    "`copy onepassword 1p/beta/prod`",
  );
});
