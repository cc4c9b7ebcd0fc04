import { expect, test } from "vitest";
import { takeOverFields } from "./managed-fields.ts";

const created = {
  manager: "pulumi-kubernetes",
  operation: "Update",
  fieldsV1: { "f:data": { "f:a": {} } },
};
const applied = {
  manager: "mine",
  operation: "Apply",
  fieldsV1: { "f:data": { "f:b": {} } },
};
const controller = { manager: "controller", operation: "Update", subresource: "status" };

test("fields from the creation go to the manager that applies", () => {
  const live = { metadata: { managedFields: [created, controller] } };
  expect(takeOverFields(live, "mine")).toEqual([
    controller,
    { manager: "mine", operation: "Apply", fieldsV1: { "f:data": { "f:a": {} } } },
  ]);
});

test("what a person changed with kubectl is taken as well, but not what k9s or `scale` did", () => {
  const edited = { ...created, manager: "kubectl-edit" };
  const k9s = { ...created, manager: "k9s" };
  const scaled = { ...created, manager: "kubectl", subresource: "scale" };
  const live = { metadata: { managedFields: [edited, k9s, scaled] } };
  expect(takeOverFields(live, "mine")?.slice(0, -1)).toEqual([k9s, scaled]);
});

test("they join the fields that the manager has already", () => {
  const live = { metadata: { managedFields: [created, applied] } };
  expect(takeOverFields(live, "mine")).toEqual([
    { ...applied, fieldsV1: { "f:data": { "f:a": {}, "f:b": {} } } },
  ]);
});

test("there is nothing to do where others own their own fields", () => {
  const live = { metadata: { managedFields: [applied, controller] } };
  expect(takeOverFields(live, "mine")).toBeUndefined();
});
