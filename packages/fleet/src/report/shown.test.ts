import { expect, test } from "vitest";
import { compareValues } from "./engine/property-changes.ts";
import { shownChanges } from "./shown.ts";

test("of a store of External Secrets Operator it is shown who may use it, of its provider only that it changes", () => {
  const spec = (namespaces: readonly string[], vaults: object) => ({
    spec: { conditions: [{ namespaces }], provider: { onepassword: { vaults } } },
  });
  const changes = compareValues(spec(["app"], { app: 1 }), spec(["web"], { data: 1 }));
  const shown = shownChanges("kubernetes:external-secrets.io/v1:ClusterSecretStore", changes);
  expect(JSON.stringify(shown)).toMatch(/"app".*"web"/);
  expect(JSON.stringify(shown)).not.toContain("data");
  expect(shown.map(({ path }) => path)).toContain("spec.provider.onepassword");
});
