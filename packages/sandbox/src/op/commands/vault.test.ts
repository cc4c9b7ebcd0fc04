import { expect, test } from "vitest";
import { message, newSandbox } from "../../../fixtures/sandbox.ts";
import { addPerson, addServiceAccount, grantVaultAccess } from "../../index.ts";

interface VaultRow {
  readonly id: string;
  readonly name: string;
}

test("a new vault is printed as an object with snake_case members", async () => {
  const { json } = await newSandbox();
  const vault = await json("vault", "create", "app", "--description", "of acme");
  expect(vault).toEqual({
    id: expect.stringMatching(/^[a-z2-7]{26}$/),
    name: "app",
    content_version: 1,
    description: "of acme",
    attribute_version: 1,
    items: 0,
    type: "USER_CREATED",
    created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    updated_at: expect.any(String),
  });
});

test("an empty description is left out", async () => {
  const { json } = await newSandbox();
  expect(await json("vault", "create", "app")).not.toHaveProperty("description");
});

test("people read a list of lines", async () => {
  const { text } = await newSandbox();
  await text("vault", "create", "app");
  const vault = await text("vault", "get", "app");
  expect(vault).toMatch(/^ID: +[a-z2-7]{26}$/m);
  expect(vault).toMatch(/^Attribute version: +1$/m);
  expect(await text("vault", "list")).toMatch(/^ID +NAME\n/);
});

test("two vaults may have one name, and are then told apart by id only", async () => {
  const { json, op } = await newSandbox();
  const first = await json<VaultRow>("vault", "create", "app");
  const second = await json<VaultRow>("vault", "create", "app");
  const { exitCode, stderr } = await op(["vault", "get", "app"]);
  expect(exitCode).toBe(1);
  expect(message(stderr)).toBe(
    [
      'More than one vault matches "app". Try again and specify the vault by its ID: ',
      `\t* for the vault "app": ${first.id}`,
      `\t* for the vault "app": ${second.id}`,
    ].join("\n"),
  );
  expect(await json("vault", "get", second.id.toUpperCase())).toMatchObject({ id: second.id });
});

test("an unknown vault and one that the caller may not see are refused in the same words", async () => {
  const { home, text, op } = await newSandbox();
  await addPerson(home, { name: "Mia Member", email: "mia@example.com" });
  await text("vault", "create", "app");
  const env = { OPCONNECT_SANDBOX_USER: "mia@example.com" };
  for (const name of ["app", "nowhere"]) {
    const { exitCode, stdout, stderr } = await op(["vault", "get", name], { env });
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(message(stderr)).toBe(
      `"${name}" isn't a vault in this account. Specify the vault with its ID or name.`,
    );
  }
});

test("vaults that one manages without reading are listed only where that is asked for", async () => {
  const { home, op } = await newSandbox();
  await addPerson(home, { name: "Mia Member", email: "mia@example.com" });
  await op(["vault", "create", "of-mia"], { env: { OPCONNECT_SANDBOX_USER: "mia@example.com" } });
  const names = async (...flags: string[]) => {
    const { stdout } = await op(["vault", "list", "--format", "json", ...flags]);
    return JSON.parse(stdout).map(({ name }: VaultRow) => name);
  };
  expect(await names()).not.toContain("of-mia");
  expect(await names("--permission", "manage_vault")).toContain("of-mia");
  expect(await names("--group", "Owners")).toContain("of-mia");
});

test("a vault that admins may not manage stays invisible to them", async () => {
  const { home, op } = await newSandbox();
  await addPerson(home, { name: "Mia Member", email: "mia@example.com" });
  const argv = ["vault", "create", "own", "--allow-admins-to-manage", "false"];
  await op(argv, { env: { OPCONNECT_SANDBOX_USER: "mia@example.com" } });
  expect((await op(["vault", "get", "own"])).exitCode).toBe(1);
});

test("a member with rights to read may not delete", async () => {
  const { home, text, op } = await newSandbox();
  await addPerson(home, { name: "Mia Member", email: "mia@example.com" });
  await text("vault", "create", "app");
  await grantVaultAccess(home, {
    vault: "app",
    to: "mia@example.com",
    permissions: ["allow_viewing"],
  });
  const env = { OPCONNECT_SANDBOX_USER: "mia@example.com" };
  expect((await op(["vault", "get", "app"], { env })).exitCode).toBe(0);
  expect((await op(["vault", "delete", "app"], { env })).exitCode).toBe(6);
  expect((await op(["vault", "delete", "app"])).exitCode).toBe(0);
});

test("an edit changes name and description and prints nothing", async () => {
  const { text, json } = await newSandbox();
  await text("vault", "create", "app");
  expect(await json("vault", "edit", "app", "--name", "web", "--description", "new")).toEqual([]);
  expect(await json("vault", "get", "web")).toMatchObject({ description: "new" });
});

test("a service account creates vaults only if it was allowed to, and deletes only those", async () => {
  const { home, text, op } = await newSandbox();
  await text("vault", "create", "app");
  const vaults = { app: ["read_items"] };
  const reader = await addServiceAccount(home, { name: "reader", vaults });
  const maker = await addServiceAccount(home, { name: "maker", vaults, canCreateVaults: true });
  const as = (token: string) => ({ env: { OP_SERVICE_ACCOUNT_TOKEN: token } });
  expect((await op(["vault", "create", "x"], as(reader))).exitCode).toBe(6);
  expect((await op(["vault", "create", "x"], as(maker))).exitCode).toBe(0);
  expect((await op(["vault", "delete", "app"], as(maker))).exitCode).toBe(6);
  expect((await op(["vault", "delete", "x"], as(maker))).exitCode).toBe(0);
});

test("ids of a list are taken from stdin", async () => {
  const { op } = await newSandbox();
  const { stdout: stdin } = await op(["vault", "ls", "--format=json"]);
  const { stdout } = await op(["vault", "get", "-"], { stdin });
  expect(stdout.match(/^Type: +(PERSONAL|EVERYONE)$/gm)).toHaveLength(2);
});
