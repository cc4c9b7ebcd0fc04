import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { cutRights } from "./rights.ts";

const role = "acme-prod-onepassword-operator";
const chartRules = [{ apiGroups: [""], resources: ["pods", "secrets"], verbs: ["create"] }];

/** What a role may do, a line for each right. */
async function rights(
  watched: readonly string[],
  { kind = "ClusterRole", name = role } = {},
): Promise<readonly string[]> {
  const type = `kubernetes:rbac.authorization.k8s.io/v1:${kind}`;
  const props = { metadata: { name }, rules: chartRules };
  const result = await cutRights(role, watched)({ type, name, custom: true, props, opts: {} });
  const { rules } = result?.props ?? props;
  return new Promise((resolve) => {
    pulumi.output(rules).apply((known: typeof chartRules) => {
      const lines = known.flatMap(({ apiGroups, resources, verbs }) =>
        resources.flatMap((each) => verbs.map((verb) => `${verb} ${apiGroups[0]}/${each}`)),
      );
      resolve(lines.sort());
    });
  });
}

test("the operator may see and write Secrets, and see and restart Deployments, and make neither pods nor Deployments", async () => {
  const allowed = await rights(["app"]);
  expect(allowed).toEqual(expect.arrayContaining(["create /secrets", "update apps/deployments"]));
  expect(
    allowed.filter((right) => /pods|configmaps|services|(create|delete) apps/.test(right)),
  ).toEqual([]);
});

test("namespaces are listed only by the operator of a whole cluster", async () => {
  expect(await rights(["app"])).toContain("get /namespaces");
  expect(await rights(["app"])).not.toContain("list /namespaces");
  expect(await rights([])).toContain("list /namespaces");
});

test("a role of another name, and what is no ClusterRole, stay as they are", async () => {
  const theirs = ["create /pods", "create /secrets"];
  expect(await rights(["app"], { name: "view-secrets" })).toEqual(theirs);
  expect(await rights(["app"], { kind: "Role" })).toEqual(theirs);
});
