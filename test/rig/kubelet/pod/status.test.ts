import { expect, test } from "vitest";
import { type ContainerView, renderStatus } from "./status.ts";

const creating = view({ waiting: { reason: "ContainerCreating" } });
const running = view({ running: {} });
const crashing = { ...view({ waiting: {} }), lastState: { terminated: { exitCode: 1 } } };

test.each([
  ["Pending", [creating, creating]],
  ["Pending", [running, creating]],
  ["Running", [running, running]],
  ["Running", [crashing, running]],
  ["Running", [view({ terminated: { exitCode: 0 } }), running]],
  ["Succeeded", [view({ terminated: { exitCode: 0 } }), view({ terminated: { exitCode: 0 } })]],
  ["Failed", [view({ terminated: { exitCode: 0 } }), view({ terminated: { exitCode: 1 } })]],
])("the phase is %s", (phase, views) => {
  expect(render(views).phase).toBe(phase);
});

test("a pod is ready when all its containers are", () => {
  const ready = { ...running, ready: true };
  expect(conditionOf([ready, ready])).toMatchObject({ status: "True" });
  expect(conditionOf([ready, running])).toMatchObject({
    status: "False",
    reason: "ContainersNotReady",
    message: "containers with unready status: [second]",
  });
});

test("a condition that stays the same keeps its time", () => {
  const lastTransitionTime = new Date(0);
  const previous = [{ type: "Ready", status: "False", lastTransitionTime }];
  expect(conditionOf([running, running], previous)).toMatchObject({ lastTransitionTime });
});

function conditionOf(
  views: readonly ContainerView[],
  previous: { type: string; status: string }[] = [],
) {
  return render(views, previous).conditions.find(({ type }) => type === "Ready");
}

function render(
  views: readonly ContainerView[],
  previous: { type: string; status: string }[] = [],
) {
  const names = ["first", "second"];
  return renderStatus({
    pod: { spec: { containers: names.map((name) => ({ name })) } },
    address: { podIp: "10.244.1.2", hostIp: "10.244.0.1" },
    startTime: new Date(0),
    views: new Map(views.map((container, index) => [names[index] ?? "", container])),
    previous,
  });
}

function view(state: ContainerView["state"]): ContainerView {
  return { state, lastState: {}, ready: false, restartCount: 0 };
}
