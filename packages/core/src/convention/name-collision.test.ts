import { expect, test } from "vitest";
import { createConvention } from "./convention.ts";
import type { ConventionTemplates } from "./templates.ts";

const acmeProd = { client: "acme", environment: "prod" };

test.each(["vault", "token", "tokenSecret", "resource"] as const)(
  "two purposes with one name, by a %s template without purpose, are refused",
  (kind) => {
    const template = "x-{client}-{environment}";
    const names = createConvention({ [kind]: template }).names(acmeProd);
    expect(() => names.assertDistinct(kind, ["app"])).not.toThrow();
    expect(() => names.assertDistinct(kind, ["app", "data"])).toThrow(
      expect.objectContaining({
        code: "CONVENTION_COLLISION",
        happened: `convention.${kind} "${template}" gives both "app" and "data" the name "x-acme-prod".`,
        remedy: `Use {purpose} in convention.${kind}.`,
      }),
    );
  },
);

test("purposes with names of their own pass, one that is listed twice does not", () => {
  const names = createConvention().names(acmeProd);
  expect(() => names.assertDistinct("vault", [])).not.toThrow();
  expect(() => names.assertDistinct("vault", ["app", "data"])).not.toThrow();
  expect(() => names.assertDistinct("vault", ["app", "app"])).toThrow("List it once.");
});

test("a token's secret that could be another's credentials file is refused", () => {
  const convention = createConvention({
    credentialsSecret: "opconnect/{client}/{environment}/file",
    tokenSecret: "opconnect/{client}/{environment}/{purpose}",
  });
  expect(() => convention.names(acmeProd)).toThrow(
    expect.objectContaining({
      code: "CONVENTION_COLLISION",
      happened: expect.stringMatching(/convention\.credentialsSecret .* convention\.tokenSecret /),
    }),
  );
});

test.each<[Partial<ConventionTemplates>]>([
  [{ operatorApplication: "{client}-{environment}-connect" }],
  [{ clusterTokenSecret: "{client}-{environment}-credentials" }],
])("two objects of one namespace under the name of %j are refused", (overrides) => {
  expect(() => createConvention(overrides).names(acmeProd)).toThrow(
    expect.objectContaining({
      code: "CONVENTION_COLLISION",
      happened: expect.stringContaining(`convention.${Object.keys(overrides)[0]} `),
    }),
  );
});

test("objects of different kinds may share a name, as Kubernetes lets them", () => {
  const shared = "{client}-{environment}-operator";
  const overrides = { serviceAccount: shared, clusterRole: shared, clusterTokenSecret: shared };
  expect(createConvention(overrides).names(acmeProd).clusterRole).toBe("acme-prod-operator");
});
