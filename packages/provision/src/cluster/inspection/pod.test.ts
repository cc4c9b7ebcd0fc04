import { expect, test } from "vitest";
import { podFacts } from "./pod.ts";

const container = { name: "connect-api", image: "", imageID: "", ready: false, restartCount: 0 };

test.each([
  [
    "a container that crashes again and again",
    {
      restartCount: 7,
      state: { waiting: { reason: "CrashLoopBackOff", message: "back-off 5m" } },
      lastState: { terminated: { exitCode: 1 } },
    },
    ["container connect-api: CrashLoopBackOff (back-off 5m), restarted 7 times, last exit code 1"],
  ],
  [
    "a container whose Secret is missing",
    {
      state: {
        waiting: { reason: "CreateContainerConfigError", message: 'secret "token" not found' },
      },
    },
    ['container connect-api: CreateContainerConfigError (secret "token" not found)'],
  ],
  [
    "a container that has ended",
    { state: { terminated: { exitCode: 2 } } },
    ["container connect-api has ended, last exit code 2"],
  ],
  ["a container that starts", { state: { waiting: { reason: "ContainerCreating" } } }, []],
  ["a container that runs", { ready: true, state: { running: {} } }, []],
])("%s is told in the words of Kubernetes", (_, status, troubles) => {
  const containerStatuses = [{ ...container, ...status }];
  expect(podFacts({ status: { containerStatuses } }).troubles).toEqual(troubles);
});

test("a pod that no node takes says why, and one that is ending does not count", () => {
  const conditions = [
    { type: "PodScheduled", status: "False", reason: "Unschedulable", message: "0/3 nodes" },
  ];
  expect(podFacts({ status: { conditions } })).toMatchObject({
    isReady: false,
    isLeaving: false,
    troubles: ["Unschedulable: 0/3 nodes"],
  });
  expect(podFacts({ metadata: { deletionTimestamp: new Date() } }).isLeaving).toBe(true);
  expect(podFacts({ status: { phase: "Failed" } }).isLeaving).toBe(true);
});
