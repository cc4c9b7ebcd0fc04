import { expect, test } from "vitest";
import { createConvention } from "./convention.ts";
import { type ConventionTemplates, defaultTemplates } from "./templates.ts";

const acmeProd = { client: "acme", environment: "prod" };

test("by default every name of an environment begins with client and environment", () => {
  const names = createConvention().names(acmeProd);
  expect(names).toMatchObject({
    server: "acme-prod",
    credentialsSecret: "opconnect/acme/prod/credentials",
    namespace: "acme-prod-1password",
    release: "acme-prod-connect",
    connectApplication: "acme-prod-connect",
    operatorApplication: "acme-prod-connect-operator",
    serviceAccount: "acme-prod-onepassword-operator",
    role: "acme-prod-onepassword-operator",
    roleBinding: "acme-prod-onepassword-operator",
    clusterRole: "acme-prod-onepassword-operator",
    clusterRoleBinding: "acme-prod-onepassword-operator",
    clusterCredentialsSecret: "acme-prod-credentials",
    clusterTokenSecret: "acme-prod-token",
    clusterCertificate: "acme-prod-connect-tls",
    clusterTrust: "acme-prod-connect-trust",
  });
  expect(names.vault("app")).toBe("acme-prod-app");
  expect(names.token("operator")).toBe("acme-prod-operator");
  expect(names.tokenSecret("operator")).toBe("opconnect/acme/prod/operator-token");
  expect(names.resource("app")).toBe("acme-prod-app");
});

test("an overridden template is used, and the others stay", () => {
  const convention = createConvention({ vault: "{client} {environment}: {purpose}" });
  expect(convention.names(acmeProd).vault("app")).toBe("acme prod: app");
  expect(convention.names(acmeProd).server).toBe("acme-prod");
  expect(convention.templates).toEqual({
    ...defaultTemplates,
    vault: "{client} {environment}: {purpose}",
  });
});

test("an override that is undefined leaves the default", () => {
  const overrides: Record<string, undefined> = { vault: undefined };
  expect(createConvention(overrides).templates).toEqual(defaultTemplates);
});

test("a placeholder may be used twice", () => {
  const convention = createConvention({ server: "{client}/{client}-{environment}".slice(9) });
  expect(convention.names(acmeProd).server).toBe("acme-prod");
  const twice = createConvention({ credentialsSecret: "{client}/{client}-{environment}" });
  expect(twice.names(acmeProd).credentialsSecret).toBe("acme/acme-prod");
  expect(twice.parse("credentialsSecret", "acme/acme-prod")).toEqual(acmeProd);
  expect(twice.parse("credentialsSecret", "acme/other-prod")).toBeUndefined();
});

test("a name parses back, the client as long and the rest as short as can be", () => {
  const convention = createConvention();
  expect(convention.parse("vault", "acme-corp-prod-app")).toEqual({
    client: "acme-corp",
    environment: "prod",
    purpose: "app",
  });
  expect(convention.parse("server", "acme-corp-prod")).toEqual({
    client: "acme-corp",
    environment: "prod",
  });
});

test.each<[keyof ConventionTemplates, string]>([
  ["server", "acme"],
  ["server", "Acme-prod"],
  ["server", "acme--prod"],
  ["server", "acme-prod-"],
  ["server", "acme-prod\n"],
  ["credentialsSecret", "opconnect/acme/prod/credentials2"],
  ["release", `${"a".repeat(50)}-prod-connect`],
  ["server", ""],
])("as %s, %j parses to nothing", (kind, name) => {
  expect(createConvention().parse(kind, name)).toBeUndefined();
});

test.each([
  ["client", "Acme/Inc", ', such as "acme-inc".'],
  ["client", "acme/prod", ', such as "acme-prod".'],
  ["client", "acme--corp", ', such as "acme-corp".'],
  ["client", "acme-", ', such as "acme".'],
  ["client", "ünïcödé", ', such as "n-c-d".'],
  ["client", "", "between them."],
  ["client", undefined, "between them."],
  ["client", 7, "between them."],
  ["environment", "Prod", ', such as "prod".'],
  ["environment", "prod\n", ', such as "prod".'],
])("%s %j is refused with what to use instead", (field, value, remedy) => {
  const environment = { ...acmeProd, [field]: value };
  expect(() => createConvention().names(environment)).toThrow(
    expect.objectContaining({
      code: "CONVENTION_VALUE",
      happened: expect.stringMatching(`^${field} is `),
      remedy: expect.stringContaining(remedy),
    }),
  );
});

test("a purpose is checked like a client, for every kind that takes one", () => {
  const names = createConvention().names(acmeProd);
  for (const nameFor of [names.vault, names.token, names.tokenSecret, names.resource]) {
    expect(() => nameFor("App")).toThrow('purpose is "App".');
  }
});

test.each<[Partial<ConventionTemplates>, string, string]>([
  [{ vault: "{client}-{env}-{purpose}" }, "unknown placeholder {env}", "{purpose}"],
  [{ vault: "{client}-{Environment}" }, "unknown placeholder {Environment}", "{environment}"],
  [{ vault: "{client}-{environment}-{}" }, "unknown placeholder {}", "{environment}"],
  [{ server: "{client}-{environment}-{purpose}" }, "unknown placeholder {purpose}", "{client}"],
  [{ server: "{client}" }, "lacks {environment}", "{environment}"],
  [{ namespace: "onepassword" }, "lacks {client}", "{client}"],
  [{ release: "{client}-{environment" }, "brace without its partner", "{environment}"],
  [{ release: "{{client}}-{environment}" }, "brace without its partner", "{environment}"],
])("the template %j is refused, naming its placeholder", (overrides, happened, remedy) => {
  expect(() => createConvention(overrides)).toThrow(
    expect.objectContaining({
      code: "CONVENTION_PLACEHOLDER",
      happened: expect.stringContaining(`convention.${Object.keys(overrides)[0]} `),
      remedy: expect.stringContaining(remedy),
    }),
  );
  expect(() => createConvention(overrides)).toThrow(happened);
});

test("a template by an unknown name is refused with the known ones", () => {
  const overrides: Record<string, string> = { vaults: "{client}-{environment}" };
  expect(() => createConvention(overrides)).toThrow(
    expect.objectContaining({
      code: "ARGUMENT_INVALID",
      happened: 'There is no template "vaults".',
      remedy: expect.stringContaining("vault, server, token"),
    }),
  );
});
