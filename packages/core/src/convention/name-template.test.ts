import { expect, test } from "vitest";
import { createConvention } from "./convention.ts";
import { type ConventionTemplates, doubleHyphenTemplates } from "./templates.ts";

const acmeProd = { client: "acme", environment: "prod" };

test("an environment that reads back as part of the client is refused with a way out", () => {
  expect(() => createConvention().names({ client: "acme", environment: "eu-prod" })).toThrow(
    expect.objectContaining({
      code: "CONVENTION_AMBIGUOUS",
      happened:
        'environment "eu-prod" cannot be told apart in "acme-eu-prod": convention.server "{client}-{environment}" reads it back as client "acme-eu", environment "prod".',
      remedy:
        'Use no hyphen in environment, or separate the placeholders by "--" in every template, as in "{client}--{environment}" and in doubleHyphenTemplates.',
    }),
  );
});

test("a purpose with a hyphen is refused by itself", () => {
  expect(() => createConvention().names(acmeProd).vault("app-db")).toThrow(
    expect.objectContaining({
      code: "CONVENTION_AMBIGUOUS",
      happened: expect.stringContaining('purpose "app-db" cannot be told apart'),
    }),
  );
});

test.each([
  ["{client}-{environment}", "{client}--{environment}"],
  ["connect {client}x{environment}", "connect {client}--x--{environment}"],
  ["{client}-for-{environment}", "{client}--for--{environment}"],
])("what is proposed instead of %j tells the values apart", (server, proposed) => {
  const environment = { client: "x", environment: "a-axa-for-b" };
  const ambiguous = createConvention({ ...doubleHyphenTemplates, server });
  expect(() => ambiguous.names(environment)).toThrow(`as in "${proposed}"`);
  const separated = createConvention({ ...doubleHyphenTemplates, server: proposed });
  expect(separated.parse("server", separated.names(environment).server)).toEqual(environment);
});

test("values full of hyphens are told apart by the templates with two of them", () => {
  const convention = createConvention(doubleHyphenTemplates);
  const names = convention.names({ client: "acme-corp", environment: "eu-prod" });
  expect(names.vault("app-db")).toBe("acme-corp--eu-prod--app-db");
  expect(names.release).toBe("acme-corp--eu-prod-connect");
});

test.each<[Partial<ConventionTemplates>, string]>([
  [{ server: "{client}{environment}" }, '"{client}--{environment}"'],
  [{ vault: "{client}-{environment}{purpose}" }, '"{client}-{environment}--{purpose}"'],
])("the template %j, whose placeholders touch, is refused", (overrides, proposal) => {
  expect(() => createConvention(overrides)).toThrow(
    expect.objectContaining({
      code: "CONVENTION_AMBIGUOUS",
      remedy: expect.stringContaining(proposal),
    }),
  );
});

test("a long name that nearly fits is dismissed in no time", () => {
  const convention = createConvention({ tokenSecret: "{client}-{environment}-{purpose}" });
  const startedAt = performance.now();
  expect(convention.parse("tokenSecret", `${"a-".repeat(250)}A`)).toBeUndefined();
  expect(performance.now() - startedAt).toBeLessThan(1000);
});
