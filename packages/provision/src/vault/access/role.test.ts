import { expect, test } from "vitest";
import { describePermissions, permissionsOf, planRole } from "./role.ts";

const viewing = ["view_items", "view_and_copy_passwords", "view_item_history"];

test("a role names all permissions that it depends on", () => {
  expect(permissionsOf("read")).toEqual(["allow_viewing"]);
  expect(permissionsOf("read-write")).toEqual(["allow_viewing", "allow_editing"]);
  expect(permissionsOf("manage")).toEqual(["allow_viewing", "allow_editing", "allow_managing"]);
});

test.each([
  [["allow_viewing"], "read", [], []],
  [viewing, "read", [], []],
  [[], "read-write", ["allow_viewing", "allow_editing"], []],
  [["view_items"], "read", ["allow_viewing"], []],
  [["allow_viewing", "allow_editing"], "read", [], ["allow_editing"]],
  [[...viewing, "create_items", "manage_vault"], "read", [], ["create_items", "manage_vault"]],
  [["manage_vault"], "manage", ["allow_viewing", "allow_editing", "allow_managing"], []],
  [[...viewing, "move_items"], "read", [], []],
] as const)("%j held becomes %s by granting %j and revoking %j", (held, role, grant, revoke) => {
  expect(planRole(held, role)).toEqual({ grant, revoke, revokeAll: false });
});

test("no role takes everything from who holds anything", () => {
  expect(planRole(["allow_viewing"], undefined)).toMatchObject({ revokeAll: true });
  expect(planRole([], undefined)).toMatchObject({ revokeAll: false, revoke: [] });
});

test("what a holder may do is called by its role, or one by one", () => {
  expect(describePermissions([])).toBe("no access");
  expect(describePermissions(viewing)).toBe("read");
  expect(describePermissions(["manage_vault"])).toBe("manage_vault");
});
