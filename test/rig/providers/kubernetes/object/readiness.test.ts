import { expect, test } from "vitest";
import { whatIsMissing } from "./readiness.ts";

function deployment(status: Record<string, number>, replicas = 2) {
  const metadata = { generation: 3 };
  return { apiVersion: "apps/v1", kind: "Deployment", metadata, spec: { replicas }, status };
}

test.each([
  [{ observedGeneration: 2 }, "the rollout has not begun"],
  [{ observedGeneration: 3, updatedReplicas: 1, replicas: 2 }, "1 of 2 pods are up to date"],
  [{ observedGeneration: 3, updatedReplicas: 2, replicas: 3 }, "1 old pods are still there"],
  [
    { observedGeneration: 3, updatedReplicas: 2, replicas: 2, availableReplicas: 1 },
    "1 of 2 pods are available",
  ],
  [{ observedGeneration: 3, updatedReplicas: 2, replicas: 2, availableReplicas: 2 }, undefined],
])("a Deployment with the status %j waits for: %s", (status, missing) => {
  expect(whatIsMissing(deployment(status))).toBe(missing);
});

test("a Deployment without pods is ready once it was seen", () => {
  expect(whatIsMissing(deployment({ observedGeneration: 3 }, 0))).toBeUndefined();
});

test("a definition waits until it is established", () => {
  const definition = { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" };
  const conditions = [{ type: "Established", status: "True" }];
  expect(whatIsMissing(definition)).toBe("the definition is not established");
  expect(whatIsMissing({ ...definition, status: { conditions } })).toBeUndefined();
});

test("most kinds wait for nothing", () => {
  expect(whatIsMissing({ apiVersion: "v1", kind: "ConfigMap" })).toBeUndefined();
});
