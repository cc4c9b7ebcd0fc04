import { expect, test } from "vitest";
import { missingInEndpoints, missingInRollout } from "./readiness.ts";

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
  expect(missingInRollout(deployment(status))).toBe(missing);
});

test("a Deployment without pods is ready once it was seen", () => {
  expect(missingInRollout(deployment({ observedGeneration: 3 }, 0))).toBeUndefined();
});

test("a Service waits for its endpoints, and for every pod that is not ready", () => {
  const service = { spec: { selector: { app: "a" } } };
  const unready = { subsets: [{ addresses: [{}] }, { notReadyAddresses: [{}] }] };
  expect(missingInEndpoints(service, undefined)).toContain("does not target any Pods");
  expect(missingInEndpoints(service, unready)).toContain("does not target any Pods");
  expect(missingInEndpoints(service, { subsets: [{ addresses: [{}] }] })).toBeUndefined();
  expect(missingInEndpoints(service, {})).toBeUndefined();
  expect(missingInEndpoints({ spec: {} }, undefined)).toBeUndefined();
});
