import { expect, test } from "vitest";
import { message, newConnect, newSandbox } from "../../../fixtures/sandbox.ts";
import { openAccountFile } from "../../account/account-file.ts";
import { addPerson, addServiceAccount, forgetAccount, signIn } from "../../index.ts";

test("whoami tells the signed-in person", async () => {
  const { json, accountId, ownerId } = await newSandbox();
  expect(await json("whoami")).toEqual({
    url: "sandbox.1password.com",
    email: "owner@example.com",
    user_uuid: ownerId,
    account_uuid: accountId,
    shorthand: "sandbox",
  });
});

test("signed out, whoami and all others have different words, and account list still answers", async () => {
  const { home, op, json } = await newSandbox();
  await signIn(home, undefined);
  const whoami = await op(["whoami"]);
  expect([whoami.exitCode, message(whoami.stderr)]).toEqual([1, "account is not signed in"]);
  const vaults = await op(["vault", "list"]);
  expect([vaults.exitCode, message(vaults.stderr)]).toEqual([
    1,
    "You are not currently signed in. Please run `op signin --help` for instructions",
  ]);
  expect((await op(["signin"])).exitCode).toBe(1);
  expect(await json("account", "list")).toHaveLength(1);
});

test("on a machine without account help stands above the error", async () => {
  const { home, op, json } = await newSandbox();
  await forgetAccount(home);
  const { exitCode, stdout, stderr } = await op(["vault", "list"]);
  expect([exitCode, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(/^No accounts configured for use with 1Password CLI\.\n/);
  expect(stderr).toMatch(/^\[ERROR\] .* error initializing client:\n$/m);
  expect(await json("account", "list")).toEqual([]);
});

test("an account filter that fits nothing is refused", async () => {
  const { op } = await newSandbox();
  for (const surroundings of [{}, { env: { OP_ACCOUNT: "sandbox" } }]) {
    const { stderr } = await op(["vault", "list", "--account", "other"], surroundings);
    expect(message(stderr)).toBe("no account found for filter other");
  }
  expect((await op(["vault", "list", "--account", "sandbox.1password.com"])).exitCode).toBe(0);
});

test("a variable picks another person who is signed in", async () => {
  const { home, op } = await newSandbox();
  await addPerson(home, { name: "Mia Member", email: "mia@example.com" });
  const env = { OPCONNECT_SANDBOX_USER: "mia@example.com" };
  const { stdout } = await op(["user", "get", "--me", "--format", "json"], { env });
  expect(JSON.parse(stdout)).toMatchObject({ email: "mia@example.com", type: "MEMBER" });
});

test("a service account's token wins over the person, and has no email", async () => {
  const { home, op } = await newSandbox();
  const token = await addServiceAccount(home, { name: "ci" });
  expect(token).toMatch(/^ops_eyJ/);
  const { stdout } = await op(["whoami", "--format", "json"], {
    env: { OP_SERVICE_ACCOUNT_TOKEN: token },
  });
  expect(JSON.parse(stdout)).toMatchObject({ user_type: "SERVICE_ACCOUNT" });
  expect(JSON.parse(stdout)).not.toHaveProperty("email");
});

test("bad and deleted service accounts are told apart", async () => {
  const { home, op } = await newSandbox();
  const token = await addServiceAccount(home, { name: "ci" });
  const refusal = async (value: string) => {
    const env = { OP_SERVICE_ACCOUNT_TOKEN: value };
    return message((await op(["vault", "list"], { env })).stderr);
  };
  expect(await refusal("ops_fixture")).toContain("(failed to DecodeSACredentials)");
  await openAccountFile(home).update(({ serviceAccounts }) => {
    for (const each of serviceAccounts) each.state = "DELETED";
  });
  expect(await refusal(token)).toContain("Server: (403) (Forbidden (Service Account Deleted))");
});

test("service accounts have no groups and may not filter vaults by people", async () => {
  const { home, op } = await newSandbox();
  const env = { OP_SERVICE_ACCOUNT_TOKEN: await addServiceAccount(home, { name: "ci" }) };
  expect((await op(["group", "list"], { env })).exitCode).toBe(1);
  expect((await op(["vault", "list", "--user", "x"], { env })).exitCode).toBe(1);
  expect((await op(["vault", "list"], { env })).exitCode).toBe(0);
});

test("a service account made by op has the rights that its flags say", async () => {
  const { op, text } = await newSandbox();
  await text("vault", "create", "app");
  const argv = ["service-account", "create", "ci", "--vault", "app:read_items", "--raw"];
  const env = { OP_SERVICE_ACCOUNT_TOKEN: await text(...argv) };
  expect((await op(["vault", "get", "app"], { env })).exitCode).toBe(0);
  const write = ["item", "create", "--category", "login", "--vault", "app"];
  expect((await op(write, { env })).exitCode).toBe(6);
});

test("with Connect's variables op reads through the server, and does nothing else", async () => {
  const sandbox = await newSandbox();
  const { op, text, cwd } = sandbox;
  await text("vault", "create", "app");
  await text(
    "item",
    "create",
    "--vault",
    "app",
    "--category",
    "login",
    "--title",
    "web",
    "username=u",
  );
  await text("connect", "server", "create", "acme", "--vaults", "app");
  const token = await text(
    "connect",
    "token",
    "create",
    "t",
    "--server",
    "acme",
    "--vault",
    "app,r",
  );
  const { url } = await newConnect(sandbox, { OP_SESSION: `${cwd}/1password-credentials.json` });
  const env = { OP_CONNECT_HOST: url, OP_CONNECT_TOKEN: token };
  const { stdout } = await op(["vault", "list", "--format", "json"], { env });
  expect(JSON.parse(stdout)).toMatchObject([{ name: "app" }]);
  expect((await op(["read", "op://app/web/username"], { env })).stdout).toBe("u\n");
  const refused = await op(["account", "list"], { env });
  expect(message(refused.stderr)).toBe(
    `"op account list" doesn't work with Connect. Please unset 'OP_CONNECT_HOST' and 'OP_CONNECT_TOKEN' to use this command.`,
  );
});

test("users and groups unknown by id come back as 404, unknown names in words", async () => {
  const { op } = await newSandbox();
  const byId = await op(["user", "get", "A".repeat(26)]);
  expect([byId.exitCode, message(byId.stderr)]).toEqual([
    4,
    "(404) Not Found: The requested resource was not found.",
  ]);
  const byName = await op(["group", "get", "Nobodies"]);
  expect([byName.exitCode, message(byName.stderr)]).toEqual([
    1,
    `"Nobodies" isn't a group in this account. Specify the group with its UUID or name.`,
  ]);
});

test("groups are listed and shown", async () => {
  const { json } = await newSandbox();
  const groups = await json<{ name: string }[]>("group", "list");
  expect(groups.map(({ name }) => name)).toEqual([
    "Owners",
    "Administrators",
    "Team Members",
    "Secrets Automation Managers",
  ]);
  expect(await json("group", "get", "Owners")).toMatchObject({ type: "OWNERS", state: "ACTIVE" });
});
