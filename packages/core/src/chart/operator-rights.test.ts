import { expect, test } from "vitest";
import { clusterRightsOfList, operatorRights, type Watched } from "./operator-rights.ts";

/** A line for each right. */
function lines(version: string | undefined, watched: Watched): readonly string[] {
  return operatorRights(version, watched).flatMap(({ apiGroups: [group], resources, verbs }) =>
    resources.flatMap((resource) => verbs.map((verb) => `${verb} ${group}/${resource}`)),
  );
}

test("the operator may see and write Secrets, and see and restart Deployments, and make neither pods nor Deployments", () => {
  const allowed = lines("1.12.0", "list");
  expect(allowed).toEqual(expect.arrayContaining(["create /secrets", "update apps/deployments"]));
  expect(
    allowed.filter((right) => /pods|configmaps|services|(create|delete) apps/.test(right)),
  ).toEqual([]);
});

test("namespaces are listed only by the operator of a whole cluster", () => {
  expect(lines("1.12.0", "list")).toContain("get /namespaces");
  expect(lines("1.12.0", "list")).not.toContain("list /namespaces");
  expect(lines("1.12.0", "all")).toContain("list /namespaces");
  expect(lines("1.8.1", "all")).toContain("list /namespaces");
  expect(lines("1.12.0", "all")).not.toContain("get /namespaces");
});

test.each([
  ["1.8.1", []],
  ["1.9.1", []],
  ["1.10.0", []],
  ["1.10.1", ["create /events", "patch /events"]],
  ["1.11.0", ["create /events", "patch /events", "get /namespaces"]],
  ["1.12.0", ["create /events", "patch /events", "get /namespaces"]],
  [undefined, ["create /events", "patch /events", "get /namespaces"]],
  ["edge", ["create /events", "patch /events", "get /namespaces"]],
])("the operator %s has of events and namespaces what it asks for", (version, expected) => {
  expect(lines(version, "list").filter((right) => /events|namespaces/.test(right))).toEqual(
    expected,
  );
});

test("the names of all namespaces are for an operator before 1.11 alone", () => {
  expect(clusterRightsOfList("1.10.1")).toMatchObject([
    { resources: ["namespaces"], verbs: ["list", "watch"] },
  ]);
  for (const version of ["1.11.0", undefined, "edge"]) {
    expect(clusterRightsOfList(version)).toEqual([]);
  }
});
