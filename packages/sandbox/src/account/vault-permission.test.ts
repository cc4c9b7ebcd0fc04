import { expect, test } from "vitest";
import { expandPermission, missingDependencies, orphanedPermissions } from "./vault-permission.ts";

test.each([
  [["manage_vault"], []],
  [["view_items"], []],
  [["edit_items"], ["view_items", "view_and_copy_passwords"]],
  [["export_items"], ["view_items", "view_and_copy_passwords", "view_item_history"]],
] as const)("%j also needs %j", (permissions, missing) => {
  expect(missingDependencies(permissions)).toEqual(missing);
});

test("bundles of smaller plans expand to granular permissions", () => {
  expect(expandPermission("allow_managing")).toEqual(["manage_vault"]);
  expect(expandPermission("edit_items")).toEqual(["edit_items"]);
  expect(expandPermission("everything")).toBeUndefined();
});

test("what was granted on top of a revoked permission is left without ground", () => {
  expect(orphanedPermissions(["view_items", "create_items"], ["view_items"])).toEqual([
    "create_items",
  ]);
});
