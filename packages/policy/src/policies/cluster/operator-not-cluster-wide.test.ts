import { expect, test } from "vitest";
import { findingsOf, own, unknownText } from "../../../fixtures/findings-of.ts";
import { operatorNotClusterWide as rule } from "./operator-not-cluster-wide.ts";

const operator = (container: object) => {
  const containers = [{ image: "1password/onepassword-operator:1.10.1", ...container }];
  return {
    type: "kubernetes:apps/v1:Deployment",
    props: { spec: { template: { spec: { containers } } } },
  };
};
const binding = (kind: string, name: string) => ({
  type: `kubernetes:rbac.authorization.k8s.io/v1:${kind}`,
  props: { roleRef: { kind: "ClusterRole", name } },
});

test("named namespaces pass", () => {
  const resources = [
    own("OperatorScope", { namespaces: ["acme-app"] }),
    own("OperatorScope", { namespaces: unknownText }),
    operator({ env: [{ name: "WATCH_NAMESPACE", value: "acme-app" }] }),
    operator({ envFrom: [{ configMapRef: { name: "acme-prod-watched-namespaces" } }] }),
    operator({ env: unknownText }),
    binding("RoleBinding", "acme-prod-onepassword-operator"),
    binding("ClusterRoleBinding", "view"),
  ];
  expect(findingsOf(rule, resources)).toEqual([]);
});

test.each([
  ["a scope without namespaces", own("OperatorScope", { namespaces: [] })],
  ["no WATCH_NAMESPACE", operator({ env: [] })],
  ["an empty one", operator({ env: [{ name: "WATCH_NAMESPACE", value: "" }] })],
  ["a ClusterRoleBinding", binding("ClusterRoleBinding", "onepassword-connect-operator")],
])("%s is found", (_, resource) => {
  expect(findingsOf(rule, [resource])).toHaveLength(1);
});
