import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  FieldType,
  GeneratorRecipe,
  ItemBuilder,
  ItemCategory,
  OnePasswordConnect,
} from "@1password/connect";
import { expect, test } from "vitest";
import { newConnect, newSandbox, type SandboxFixture } from "../../fixtures/sandbox.ts";

/** The vendor's own client against the emulator. */
async function connected(access = "app,rw") {
  const sandbox = await newSandbox();
  const app = await sandbox.json<{ id: string }>("vault", "create", "app");
  await sandbox.text("vault", "create", "data");
  await sandbox.text("connect", "server", "create", "acme", "--vaults", "app,data");
  const { url } = await newConnect(sandbox, { OP_SESSION: credentialsPath(sandbox) });
  const client = clientWith(url, await mint(sandbox, access));
  return { ...sandbox, app, url, client };
}

function credentialsPath({ cwd }: SandboxFixture): string {
  return join(cwd, "1password-credentials.json");
}

async function mint({ text }: SandboxFixture, vault: string, ...flags: string[]): Promise<string> {
  const argv = ["connect", "token", "create", "t", "--server", "acme", "--vault", vault];
  return await text(...argv, ...flags);
}

function clientWith(serverURL: string, token: string) {
  return OnePasswordConnect({ serverURL, token, keepAlive: false });
}

async function addLogin({ text }: SandboxFixture, title: string): Promise<void> {
  const argv = ["item", "create", "--category", "login", "--vault", "app", "--title", title];
  await text(...argv, "username=fixture-user", "password=fixture-password");
}

test("the client lists the vaults of the token and no others", async () => {
  const { client, app } = await connected("app,r");
  expect(await client.listVaults()).toMatchObject([{ id: app.id, name: "app" }]);
  expect(await client.getVaultByTitle("app")).toMatchObject({ id: app.id });
  expect(await client.getVaultById(app.id)).toMatchObject({ type: "USER_CREATED", items: 0 });
  await expect(client.getVaultByTitle("data")).rejects.toMatchObject({ status: 404 });
});

test("the client gets an item by title and by id, with its fields", async () => {
  const sandbox = await connected("app,r");
  await addLogin(sandbox, 'with "quotes"');
  const { client, app } = sandbox;
  const byTitle = await client.getItemByTitle(app.id, 'with "quotes"');
  const item = await client.getItemById(app.id, byTitle.id ?? "");
  expect(item.version).toBe(1);
  expect(item.fields).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ label: "password", value: "fixture-password" }),
    ]),
  );
  expect(await client.listItems(app.id)).toMatchObject([{ id: item.id, vault: { id: app.id } }]);
  expect(await client.listItemsByTitleContains(app.id, "quotes")).toHaveLength(1);
});

test("an edit through op is seen at the next request, with a new version", async () => {
  const sandbox = await connected("app,r");
  await addLogin(sandbox, "web");
  const { client, app, text } = sandbox;
  await client.getItemByTitle(app.id, "web");
  await text("item", "edit", "web", "password=fixture-password-2");
  const { version, fields } = await client.getItemByTitle(app.id, "web");
  expect(version).toBe(2);
  expect(fields?.find(({ id }) => id === "password")?.value).toBe("fixture-password-2");
});

test("the client creates, changes and deletes an item that op sees", async () => {
  const { client, app, json } = await connected("app,rw");
  const draft = new ItemBuilder()
    .setCategory(ItemCategory.APICredential)
    .setTitle("api")
    .addTag("one")
    .addField({
      label: "key",
      value: "fixture-key",
      type: FieldType.Concealed,
      sectionName: "Extra",
    })
    .addField({
      label: "made",
      generate: true,
      recipe: { length: 12, characterSets: [GeneratorRecipe.CharacterSetsEnum.Digits] },
    })
    .build();
  const created = await client.createItem(app.id, draft);
  const seen = await json<{ fields: { label: string; value: string }[] }>("item", "get", "api");
  const value = (label: string) => seen.fields.find((field) => field.label === label)?.value;
  expect([value("key"), value("made")]).toEqual(["fixture-key", expect.stringMatching(/^\d{12}$/)]);
  await client.updateItem(app.id, { ...created, title: "renamed", extractOTP: () => "" });
  expect(await json("item", "get", "renamed")).toMatchObject({ id: created.id, version: 2 });
  await client.deleteItem(app.id, created.id ?? "");
  expect(await json("item", "list", "--vault", "app")).toEqual([]);
});

test("a token that only reads is refused every write", async () => {
  const { client, app } = await connected("app,r");
  const draft = new ItemBuilder().setCategory(ItemCategory.Login).build();
  await expect(client.createItem(app.id, draft)).rejects.toEqual({
    status: 403,
    message: `token does not have permission to perform create on vault ${app.id}`,
  });
});

test("files arrive byte by byte", async () => {
  const sandbox = await connected("app,r");
  const { client, app, text, cwd } = sandbox;
  await writeFile(join(cwd, "ca.pem"), "fixture\nfile\n");
  const argv = ["item", "create", "--category", "password", "--vault", "app", "--title", "tls"];
  await text(...argv, "ca[file]=ca.pem");
  const [file] = await client.listFiles(app.id, "tls");
  expect(file).toMatchObject({ name: "ca", size: 13 });
  expect(await client.getFileContent(app.id, "tls", file?.id ?? "")).toBe("fixture\nfile\n");
});

test("one-time passwords come as codes", async () => {
  const { client, app, text } = await connected("app,r");
  const argv = ["item", "create", "--category", "login", "--vault", "app", "--title", "web"];
  await text(...argv, "code[otp]=otpauth://totp/x?secret=JBSWY3DPEHPK3PXP");
  const { fields } = await client.getItemByTitle(app.id, "web");
  expect(fields?.find(({ label }) => label === "code")).toMatchObject({
    otp: expect.stringMatching(/^\d{6}$/),
  });
});

test("a revoked token is refused at the next request", async () => {
  const { client, text } = await connected();
  await client.listVaults();
  await text("connect", "token", "delete", "t", "--server", "acme");
  await expect(client.listVaults()).rejects.toEqual({
    status: 401,
    message: "Invalid bearer token",
  });
});

test("an expired token is refused", async () => {
  const sandbox = await connected();
  const client = clientWith(sandbox.url, await mint(sandbox, "app,r", "--expires-in", "1s"));
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  await expect(client.listVaults()).rejects.toMatchObject({ status: 401 });
});

test("tokens of a server deleted meanwhile are dead", async () => {
  const { client, text } = await connected();
  await client.listVaults();
  await text("connect", "server", "delete", "acme");
  await expect(client.listVaults()).rejects.toMatchObject({ status: 401 });
});

test("a token of another server is refused, before and after the first valid one", async () => {
  const sandbox = await connected();
  const { text, client, url } = sandbox;
  await text("connect", "server", "create", "other", "--vaults", "app", "--force");
  const argv = ["connect", "token", "create", "t", "--server", "other", "--vault", "app"];
  const foreign = clientWith(url, await text(...argv));
  await expect(foreign.listVaults()).rejects.toMatchObject({ status: 401 });
  await client.listVaults();
  await expect(foreign.listVaults()).rejects.toMatchObject({ status: 401 });
});

test("a vault out of scope is refused, and so is one that the server has lost", async () => {
  const { client, app, json, text } = await connected("app,rw");
  const data = await json<{ id: string }>("vault", "get", "data");
  const refusal = (id: string) => ({
    status: 403,
    message: `Authorization: token does not have access to vault ${id}`,
  });
  await expect(client.listItems(data.id)).rejects.toEqual(refusal(data.id));
  await text("connect", "vault", "revoke", "--server", "acme", "--vault", "app");
  await expect(client.listItems(app.id)).rejects.toEqual(refusal(app.id));
  expect(await client.listVaults()).toEqual([]);
});

test("a vault granted to the server later does not widen a token", async () => {
  const { client, json, text } = await connected("app,r");
  await text("vault", "create", "more");
  await text("connect", "vault", "grant", "--server", "acme", "--vault", "more");
  const more = await json<{ id: string }>("vault", "get", "more");
  await expect(client.listItems(more.id)).rejects.toMatchObject({ status: 403 });
});

test("a deleted vault and an unknown item are not found", async () => {
  const { client, app, text } = await connected("app,r");
  await expect(client.getItemById(app.id, "a".repeat(26))).rejects.toEqual({
    status: 404,
    message: `item ${"a".repeat(26)} not found`,
  });
  await text("vault", "delete", "app");
  await expect(client.getVaultById(app.id)).rejects.toEqual({
    status: 404,
    message: `vault ${app.id} not found`,
  });
});
