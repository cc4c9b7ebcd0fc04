import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { message, newSandbox } from "../../../fixtures/sandbox.ts";
import { addPerson, addServiceAccount, grantVaultAccess, listSecrets } from "../../index.ts";

interface ItemJson {
  readonly id: string;
  readonly version: number;
  readonly fields: readonly { readonly label: string; readonly value?: string }[];
}

async function sandboxWithVault() {
  const sandbox = await newSandbox();
  const vault = await sandbox.json<{ id: string }>("vault", "create", "app");
  return { ...sandbox, vault };
}

const template = {
  title: "postgres",
  category: "DATABASE",
  sections: [{ id: "extra", label: "Extra" }],
  fields: [
    { id: "username", type: "STRING", label: "username", value: "fixture-user" },
    { id: "password", type: "CONCEALED", label: "password", value: "fixture-password" },
    {
      id: "dsn",
      type: "CONCEALED",
      label: "dsn",
      value: "fixture-dsn",
      section: { id: "extra", label: "Extra" },
    },
  ],
};

const create = ["item", "create", "--vault", "app"];

test("an item made from JSON on stdin is printed in the shape of op", async () => {
  const { op, vault } = await sandboxWithVault();
  const stdin = JSON.stringify(template);
  const { stdout, exitCode } = await op([...create, "-", "--format", "json"], { stdin });
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    id: expect.stringMatching(/^[a-z2-7]{26}$/),
    title: "postgres",
    version: 1,
    vault: { id: vault.id, name: "app" },
    category: "DATABASE",
    last_edited_by: expect.stringMatching(/^[A-Z2-7]{26}$/),
    created_at: expect.any(String),
    updated_at: expect.any(String),
    sections: [{ id: "extra", label: "Extra" }],
    fields: [
      { ...template.fields[0], reference: "op://app/postgres/username" },
      { ...template.fields[1], reference: "op://app/postgres/password" },
      { ...template.fields[2], reference: "op://app/postgres/Extra/dsn" },
    ],
  });
});

test("assignments fill the fields of the category and add others", async () => {
  const { json } = await sandboxWithVault();
  const { fields } = await json<ItemJson>(
    ...[...create, "--category", "login", "--title", "web"],
    ...["username=fixture-user", "password=fixture-password", "Extra.region[text]=eu"],
  );
  expect(fields).toMatchObject([
    { id: "username", purpose: "USERNAME", value: "fixture-user" },
    { id: "password", purpose: "PASSWORD", value: "fixture-password", type: "CONCEALED" },
    { id: "notesPlain", purpose: "NOTES" },
    { label: "region", type: "STRING", value: "eu", section: { label: "Extra" } },
  ]);
  expect(fields[2]).not.toHaveProperty("value");
});

test("JSON on stdin replaces all fields of an item, an assignment only its own", async () => {
  const { op, json } = await sandboxWithVault();
  await op([...create, "-"], { stdin: JSON.stringify(template) });
  const fields = [{ id: "only", type: "CONCEALED", label: "only", value: "fixture-only" }];
  await op(["item", "edit", "postgres"], { stdin: JSON.stringify({ ...template, fields }) });
  const replaced = await json<ItemJson>("item", "get", "postgres", "--vault", "app");
  expect(replaced.fields.map(({ label }) => label)).toEqual(["only"]);
  expect(replaced.version).toBe(2);
  await op(["item", "edit", "postgres", "port[text]=5432"]);
  const edited = await json<ItemJson>("item", "get", "postgres");
  expect(edited.fields.map(({ label }) => label)).toEqual(["only", "port"]);
});

test("a malformed template is refused without being quoted", async () => {
  const { op } = await sandboxWithVault();
  for (const stdin of ['{"title": "fixture-secret', '{"fields": [{"value": 7}]}']) {
    const { exitCode, stderr } = await op([...create, "--category", "login", "-"], { stdin });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("invalid JSON in piped input");
    expect(stderr).not.toContain("fixture-secret");
  }
});

test("people see concealed values only when they ask for them, programs always", async () => {
  const { op, text } = await sandboxWithVault();
  await op([...create, "-"], { stdin: JSON.stringify(template) });
  expect(await text("item", "get", "postgres")).not.toContain("fixture-password");
  expect(await text("item", "get", "postgres", "--reveal")).toContain("fixture-password");
  expect(await text("item", "get", "postgres", "--format=json")).toContain("fixture-password");
  expect(await text("item", "get", "postgres", "--fields", "username,password", "--reveal")).toBe(
    "fixture-user,fixture-password",
  );
});

test("one field is printed as an object, several as an array", async () => {
  const { op, json } = await sandboxWithVault();
  await op([...create, "-"], { stdin: JSON.stringify(template) });
  const fields = async (query: string) => await json("item", "get", "postgres", "--fields", query);
  expect(await fields("label=username")).toMatchObject({ id: "username" });
  expect(await fields("type=concealed")).toMatchObject([{ id: "password" }, { id: "dsn" }]);
});

test("an item is found by the share link that op prints", async () => {
  const { op, text, json, accountId, vault } = await sandboxWithVault();
  await op([...create, "-"], { stdin: JSON.stringify(template) });
  const link = await text("item", "get", "postgres", "--share-link");
  const item = await json<ItemJson>("item", "get", link);
  const query = `a=${accountId}&v=${vault.id}&i=${item.id}&h=sandbox.1password.com`;
  expect(link).toBe(`https://start.1password.com/open/i?${query}`);
});

test("one title in two vaults is ambiguous, in one vault it is not", async () => {
  const { op, text } = await sandboxWithVault();
  await text("vault", "create", "data");
  for (const vault of ["app", "data"]) {
    await op(["item", "create", "--vault", vault], { stdin: JSON.stringify(template) });
  }
  const { exitCode, stderr } = await op(["item", "get", "postgres"]);
  expect(exitCode).toBe(1);
  expect(message(stderr)).toMatch(
    /^More than one item matches "postgres"\. Try again and specify the item by its ID: \n\t\* for the item "postgres" in vault app: [a-z2-7]{26}\n/,
  );
  expect((await op(["item", "get", "postgres", "--vault", "data"])).exitCode).toBe(0);
});

test("unknown and archived items are refused in the words of op", async () => {
  const { op, json, vault } = await sandboxWithVault();
  await op([...create, "-"], { stdin: JSON.stringify(template) });
  const { id } = await json<ItemJson>("item", "get", "postgres");
  const refusal = async (...argv: string[]) => message((await op(argv)).stderr);
  expect(await refusal("item", "get", "nothing", "--vault", "app")).toBe(
    `"nothing" isn't an item in the "app" vault. Specify the item with its UUID, name, or domain.`,
  );
  await op(["item", "delete", "postgres", "--archive"]);
  expect(await refusal("item", "get", id)).toBe(
    `could not find item ${id} in vault ${vault.id}, because it has been deleted or archived.`,
  );
  expect((await op(["item", "get", id, "--include-archive"])).exitCode).toBe(0);
});

test("lists leave fields out and are narrowed by vault, category and tag", async () => {
  const { op, json } = await sandboxWithVault();
  await op([...create, "--tags", "one,two"], { stdin: JSON.stringify(template) });
  await op([...create, "--category", "password", "--title", "other", "password=fixture-other"]);
  const titles = async (...flags: string[]) => {
    const items = await json<{ title: string }[]>("item", "list", ...flags);
    return items.map(({ title }) => title);
  };
  expect(await titles("--vault", "app")).toEqual(["postgres", "other"]);
  expect(await titles("--categories", "Database")).toEqual(["postgres"]);
  expect(await titles("--tags", "two")).toEqual(["postgres"]);
  expect((await json<object[]>("item", "list"))[0]).not.toHaveProperty("fields");
});

test("references are read, and bad ones refused", async () => {
  const { op, text } = await sandboxWithVault();
  await op([...create, "-"], { stdin: JSON.stringify(template) });
  expect(await text("read", "op://app/postgres/password")).toBe("fixture-password");
  expect(await text("read", "op://app/postgres/Extra/dsn")).toBe("fixture-dsn");
  const { stderr } = await op(["read", "op://app/postgres/a/b/c"]);
  expect(message(stderr)).toContain(
    "too many '/': secret references should match op://<vault>/<item>[/<section>]/<field>",
  );
});

test("a one-time password is six digits", async () => {
  const { op, text } = await sandboxWithVault();
  const secret = "otpauth://totp/x?secret=JBSWY3DPEHPK3PXP";
  await op([...create, "--category", "login", "--title", "web", `code[otp]=${secret}`]);
  expect(await text("item", "get", "web", "--otp")).toMatch(/^\d{6}$/);
  expect(await text("read", "op://app/web/code?attribute=otp")).toMatch(/^\d{6}$/);
  expect(await text("read", "op://app/web/code")).toBe(secret);
});

test("files are attached by path", async () => {
  const { op, json, cwd } = await sandboxWithVault();
  await writeFile(join(cwd, "ca.pem"), "fixture-file");
  await op([...create, "--category", "password", "--title", "tls", "ca\\.pem[file]=ca.pem"]);
  const { files } = await json<{ files: object[] }>("item", "get", "tls");
  expect(files).toEqual([{ id: expect.any(String), name: "ca.pem", size: 12 }]);
});

test("a person who only reads a vault changes nothing in it", async () => {
  const { op, home } = await sandboxWithVault();
  await op([...create, "-"], { stdin: JSON.stringify(template) });
  await addPerson(home, { name: "Mia Member", email: "mia@example.com" });
  await grantVaultAccess(home, {
    vault: "app",
    to: "mia@example.com",
    permissions: ["allow_viewing"],
  });
  const env = { OPCONNECT_SANDBOX_USER: "mia@example.com" };
  const code = async (...argv: string[]) => (await op(argv, { env })).exitCode;
  expect(await code("item", "get", "postgres", "--vault", "app")).toBe(0);
  expect(await code("item", "edit", "postgres", "--vault", "app", "a[text]=b")).toBe(6);
  expect(await code("item", "delete", "postgres", "--vault", "app")).toBe(6);
});

test("concealed values stay among the secrets after they were replaced", async () => {
  const { op, home } = await sandboxWithVault();
  await op([...create, "-"], { stdin: JSON.stringify(template) });
  await op(["item", "edit", "postgres", "password=fixture-password-2"]);
  expect(await listSecrets(home)).toEqual(
    expect.arrayContaining(["fixture-password", "fixture-password-2", "fixture-dsn"]),
  );
});

test("a dry run shows an item and keeps none", async () => {
  const { op, json } = await sandboxWithVault();
  const stdin = JSON.stringify(template);
  expect((await op([...create, "--dry-run"], { stdin })).exitCode).toBe(0);
  expect(await json("item", "list", "--vault", "app")).toEqual([]);
});

test("a service account with several vaults has to name the one of an item", async () => {
  const { home, op, text } = await sandboxWithVault();
  await text("vault", "create", "other");
  await op([...create, "-"], { stdin: JSON.stringify(template) });
  const rights = ["read_items", "write_items"];
  const tokenFor = (...names: readonly string[]) => {
    const vaults = Object.fromEntries(names.map((name) => [name, rights]));
    return addServiceAccount(home, { name: "ci", vaults });
  };
  const [one, two] = [await tokenFor("app"), await tokenFor("app", "other")];
  for (const argv of [
    ["item", "get", "postgres"],
    ["item", "get", "postgres", "--otp"],
    ["item", "list"],
    ["item", "edit", "postgres", "username=other"],
    ["item", "create", "--category", "login"],
    ["item", "delete", "postgres"],
  ]) {
    const env = { OP_SERVICE_ACCOUNT_TOKEN: two };
    const { exitCode, stderr } = await op(argv, { env });
    expect({ exitCode, said: message(stderr) }).toEqual({
      exitCode: 1,
      said: "a vault query must be provided when this command is called by a service account",
    });
  }
  const get = ["item", "get", "postgres"];
  const named = { env: { OP_SERVICE_ACCOUNT_TOKEN: two } };
  expect((await op([...get, "--vault", "app"], named)).exitCode).toBe(0);
  expect((await op(get, { env: { OP_SERVICE_ACCOUNT_TOKEN: one } })).exitCode).toBe(0);
});

test("an item that is moved is a copy with an id of its own, and gone from where it was", async () => {
  const { op, json } = await sandboxWithVault();
  const other = await json<{ id: string }>("vault", "create", "data");
  await op([...create, "-"], { stdin: JSON.stringify(template) });
  const before = await json<ItemJson>("item", "get", "postgres", "--vault", "app");
  const moving = ["item", "move", "postgres", "--current-vault", "app"];
  const moved = await json<ItemJson & { vault: { id: string } }>(
    ...[...moving, "--destination-vault", "data"],
  );
  expect(moved.vault.id).toBe(other.id);
  expect(moved.id).not.toBe(before.id);
  expect(moved.fields.map(({ value }) => value)).toEqual(before.fields.map(({ value }) => value));
  const { stderr, exitCode } = await op(["item", "get", before.id]);
  expect({ exitCode, stderr: message(stderr) }).toEqual({
    exitCode: 1,
    stderr: `"${before.id}" isn't an item. Specify the item with its UUID, name, or domain.`,
  });
});
