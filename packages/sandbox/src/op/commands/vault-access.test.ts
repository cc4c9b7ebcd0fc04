import { expect, test } from "vitest";
import { message, newSandbox } from "../../../fixtures/sandbox.ts";
import { addPerson, type SandboxAccountOptions } from "../../index.ts";

async function sandboxWithMia(options: SandboxAccountOptions = {}) {
  const sandbox = await newSandbox(options);
  await addPerson(sandbox.home, { name: "Mia Member", email: "mia@example.com" });
  await sandbox.text("vault", "create", "app");
  return sandbox;
}

const toMia = ["--vault", "app", "--user", "mia@example.com", "--permissions"];

test("a grant is printed with its permissions as one string", async () => {
  const { json } = await sandboxWithMia();
  expect(await json("vault", "user", "grant", ...toMia, "allow_viewing")).toMatchObject({
    vault_name: "app",
    user_email: "mia@example.com",
    permissions: "view_items,view_and_copy_passwords,view_item_history",
  });
  const group = ["--vault", "app", "--group", "Team Members", "--permissions", "view_items"];
  expect(await json("vault", "group", "grant", ...group)).toMatchObject({
    group_name: "Team Members",
    permissions: "view_items",
  });
});

test("permissions are refused without those that they depend on", async () => {
  const { op } = await sandboxWithMia();
  const { exitCode, stderr } = await op(["vault", "user", "grant", ...toMia, "edit_items"]);
  expect(exitCode).toBe(1);
  expect(message(stderr)).toContain("dependent on the permission(s)");
});

test("a revoke without names takes everything", async () => {
  const { text, json } = await sandboxWithMia();
  await text("vault", "user", "grant", ...toMia, "allow_viewing,allow_editing");
  await text("vault", "user", "revoke", "--vault", "app", "--user", "mia@example.com");
  const users = await json<{ email: string }[]>("vault", "user", "list", "app");
  expect(users.map(({ email }) => email)).toEqual(["owner@example.com"]);
});

test("taking access from a person who has none is refused", async () => {
  const { op } = await sandboxWithMia();
  const argv = ["vault", "user", "revoke", "--vault", "app", "--user", "mia@example.com"];
  expect(await op(argv)).toMatchObject({ exitCode: 1 });
});

test("a Teams account knows three permissions, and lists no others", async () => {
  const { op, json } = await sandboxWithMia({ type: "TEAMS" });
  const { exitCode, stderr } = await op(["vault", "user", "grant", ...toMia, "view_items"]);
  expect([exitCode, message(stderr)]).toEqual([1, 'invalid permission "view_items"']);
  expect(await json("vault", "user", "grant", ...toMia, "allow_viewing")).toMatchObject({
    permissions: "allow_viewing",
  });
  expect(await json("vault", "user", "list", "app")).toEqual([
    expect.objectContaining({ permissions: ["allow_viewing", "allow_editing", "allow_managing"] }),
    expect.objectContaining({ email: "mia@example.com", permissions: ["allow_viewing"] }),
  ]);
});

test("a Teams account lists vaults by the permissions that it knows", async () => {
  const { op, json } = await sandboxWithMia({ type: "TEAMS" });
  const listed = await json("vault", "list", "--permission", "allow_managing");
  expect(listed).toContainEqual(expect.objectContaining({ name: "app" }));
  expect((await op(["vault", "list", "--permission", "manage_vault"])).exitCode).toBe(1);
});

test("lists show who holds which permissions", async () => {
  const { json } = await sandboxWithMia();
  expect(await json("vault", "group", "list", "app")).toEqual([
    expect.objectContaining({ name: "Owners", permissions: ["manage_vault"] }),
    expect.objectContaining({ name: "Administrators", permissions: ["manage_vault"] }),
  ]);
});

test("only those who manage a vault grant it", async () => {
  const { op } = await sandboxWithMia();
  await op(["vault", "user", "grant", ...toMia, "allow_viewing"]);
  const env = { OPCONNECT_SANDBOX_USER: "mia@example.com" };
  const { exitCode } = await op(["vault", "user", "grant", ...toMia, "manage_vault"], { env });
  expect(exitCode).toBe(6);
});
