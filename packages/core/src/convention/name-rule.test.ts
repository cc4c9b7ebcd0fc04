import { expect, test } from "vitest";
import { createConvention } from "./convention.ts";
import { type NameKind, nameKinds } from "./kinds.ts";
import { findNameFault } from "./name-rule.ts";
import type { ConventionTemplates } from "./templates.ts";

test.each<[NameKind, string]>([
  ["vault", "Acme – prod (app)"],
  ["server", "a".repeat(64)],
  ["credentialsSecret", "opconnect/acme/prod/credentials"],
  ["tokenSecret", "a-12345"],
  ["tokenSecret", "a-1234567"],
  ["tokenSecret", "a".repeat(512)],
  ["namespace", `4${"a".repeat(62)}`],
  ["release", "4.a"],
  ["connectApplication", "a"],
  ["clusterRole", "a.b-c"],
  ["resource", "Acme_prod.app-1"],
])("as %s, %j is accepted", (kind, name) => {
  expect(findNameFault(nameKinds[kind].rule, name)).toBeUndefined();
});

test.each<[NameKind, string, string]>([
  ["vault", "acme/prod", "cannot name a 1Password vault"],
  ["vault", 'acme "prod"', "cannot name a 1Password vault"],
  ["vault", "acme\\prod", "cannot name a 1Password vault"],
  ["vault", "acme\nprod", "cannot name a 1Password vault"],
  ["vault", " acme", "cannot name a 1Password vault"],
  ["vault", "acme ", "cannot name a 1Password vault"],
  ["vault", "", "cannot name a 1Password vault"],
  ["server", "-acme", "cannot name a Connect server"],
  ["server", "a".repeat(65), "has 65 characters, and a Connect server at most 64"],
  ["token", "a".repeat(26), "looks like an id of 1Password"],
  ["credentialsSecret", "acme prod", "letters, digits and the characters /_+=.@-"],
  ["credentialsSecret", "acme-canary", "ends in a hyphen and six characters"],
  ["tokenSecret", "a".repeat(513), "has 513 characters"],
  ["namespace", "a".repeat(64), "has 64 characters, and a Kubernetes namespace at most 63"],
  ["namespace", "acme.prod", "cannot name a Kubernetes namespace"],
  ["namespace", "kube-system", "begins with kube-"],
  ["release", "a".repeat(54), "has 54 characters, and a Helm release at most 53"],
  ["connectApplication", "4you", "with a letter first"],
  ["operatorApplication", "a.b", "cannot name a Kubernetes Deployment"],
  ["clusterTokenSecret", "acme_prod", "cannot name a Kubernetes object"],
  ["serviceAccount", "a".repeat(254), "at most 253"],
  ["roleBinding", "a".repeat(254), "at most 253"],
  ["resource", "urn:acme", "cannot name a Pulumi resource"],
])("as %s, %j is refused with the reason", (kind, name, fault) => {
  expect(findNameFault(nameKinds[kind].rule, name)).toContain(fault);
});

test("a name too long for its target names the template and the values it is made of", () => {
  const client = "a".repeat(42);
  expect(() => createConvention().names({ client, environment: "prod" })).toThrow(
    expect.objectContaining({
      code: "CONVENTION_NAME",
      happened: `"${client}-prod-connect", made of client "${client}", environment "prod" by convention.release "{client}-{environment}-connect", has 55 characters, and a Helm release at most 53.`,
      remedy: "Change client or environment, or convention.release.",
    }),
  );
});

test.each<[Partial<ConventionTemplates>]>([
  [{ namespace: "{client}_{environment}" }],
  [{ release: "{client}-{environment}-Connect" }],
  [{ vault: "{client}/{environment}" }],
  [{ connectApplication: "1p-{client}-{environment}" }],
  [{ credentialsSecret: "{client} {environment}" }],
  [{ resource: "{client}::{environment}" }],
])("the template %j is refused before any environment is named", (overrides) => {
  expect(() => createConvention(overrides)).toThrow(
    expect.objectContaining({
      code: "CONVENTION_NAME",
      happened: expect.stringContaining(`convention.${Object.keys(overrides)[0]} `),
    }),
  );
});
