import { expect, test } from "vitest";
import { deploymentFacts } from "./deployment.ts";

const spec = { replicas: 2, selector: {}, template: {} };
const facts = (generation: number, status?: object) => {
  const { currentPods, trouble } = deploymentFacts({
    metadata: { generation },
    spec,
    ...(status && { status }),
  });
  return { currentPods, trouble };
};

test.each<[string, number, object | undefined, number]>([
  ["all are of its current template", 3, { observedGeneration: 3, updatedReplicas: 2 }, 2],
  ["one is", 3, { observedGeneration: 3, updatedReplicas: 1 }, 1],
  ["none is, which is left out", 3, { observedGeneration: 3 }, 0],
  ["nobody has looked at its change yet", 3, { observedGeneration: 2, updatedReplicas: 2 }, 0],
  ["nothing is said", 3, undefined, 2],
])("of pods of a Deployment, where %s, as many are current", (_, generation, status, current) => {
  expect(facts(generation, status)).toEqual({ currentPods: current, trouble: "" });
});

test("what keeps pods from being made, or ready, is told in the words of Kubernetes", () => {
  const conditions = [
    { type: "Available", status: "True", message: "Deployment has minimum availability." },
    { type: "Progressing", status: "False", message: "ReplicaSet has timed out progressing." },
    { type: "ReplicaFailure", status: "True", message: "no PriorityClass platform was found" },
  ];
  expect(facts(1, { observedGeneration: 1, updatedReplicas: 2, conditions }).trouble).toBe(
    "ReplicaSet has timed out progressing.; no PriorityClass platform was found",
  );
});
