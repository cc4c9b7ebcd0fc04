import { expect, test } from "vitest";
import { leaveIgnored } from "./ignored-fields.ts";

const object = { metadata: { name: "a" }, spec: { replicas: 1, paused: false } };
const ignoreChanges = ["spec.replicas"];

function liveOf(...managers: string[]) {
  const managedFields = managers.map((manager) => ({
    manager,
    fieldsV1: { "f:spec": { "f:replicas": {} } },
  }));
  return { metadata: { managedFields }, spec: { replicas: 3 } };
}

test("an ignored field that another manager has is left out", () => {
  const left = leaveIgnored({ object, fieldManager: "mine", ignoreChanges }, liveOf("k9s"));
  expect(left).toEqual({ ...object, spec: { paused: false } });
});

test("an ignored field of one's own is applied as it is in the cluster", () => {
  const left = leaveIgnored({ object, fieldManager: "mine", ignoreChanges }, liveOf("k9s", "mine"));
  expect(left).toEqual({ ...object, spec: { replicas: 3, paused: false } });
});
