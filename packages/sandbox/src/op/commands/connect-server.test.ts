import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { message, newSandbox } from "../../../fixtures/sandbox.ts";
import { addPerson, addServiceAccount, grantVaultAccess, listSecrets } from "../../index.ts";

const create = ["connect", "server", "create", "acme", "--vaults", "app"];

test("creating a server writes the credentials file and prints text even with --format json", async () => {
  const { op, text, cwd } = await newSandbox();
  await text("vault", "create", "app");
  const { stdout } = await op([...create, "--format", "json"]);
  const path = join(cwd, "1password-credentials.json");
  expect(stdout).toMatch(
    new RegExp(`^Set up a Connect server\\.\nUUID: [A-Z2-7]{26}\nCredentials file: ${path}\n$`),
  );
  const file = await readFile(path, "utf8");
  expect(file.length).toBeGreaterThan(1000);
  expect(file.length).toBeLessThan(1200);
  expect(JSON.parse(file)).toEqual({
    verifier: { salt: expect.any(String), localHash: expect.any(String) },
    encCredentials: {
      kid: "localauthv2keykid",
      enc: "A256GCM",
      cty: "b5+jwk+json",
      iv: expect.any(String),
      data: expect.any(String),
    },
    version: "2",
    deviceUuid: expect.stringMatching(/^[a-z2-7]{26}$/),
    uniqueKey: expect.objectContaining({ alg: "A256GCM", kty: "oct", k: expect.any(String) }),
  });
});

test("a second server of the same name is made in silence", async () => {
  const { text, json } = await newSandbox();
  await text("connect", "server", "create", "acme");
  await text("connect", "server", "create", "acme", "--force");
  const servers = await json<{ name: string; state: string }[]>("connect", "server", "list");
  expect(servers.map(({ name, state }) => [name, state])).toEqual([
    ["acme", "ACTIVE"],
    ["acme", "ACTIVE"],
  ]);
});

test("a credentials file that is there already is not overwritten unasked", async () => {
  const { op, text, json, cwd } = await newSandbox();
  const path = join(cwd, "1password-credentials.json");
  await writeFile(path, "old");
  const { exitCode, stderr } = await op(["connect", "server", "create", "acme"]);
  expect(exitCode).toBe(1);
  expect(stderr).toContain(`File ${path} already exists, overwrite it? [Y/n]`);
  expect(await json("connect", "server", "list")).toEqual([]);
  expect((await op(["connect", "server", "create", "acme"], { stdin: "n\n" })).exitCode).toBe(1);
  expect(await readFile(path, "utf8")).toBe("old");
  expect((await op(["connect", "server", "create", "acme"], { stdin: "y\n" })).exitCode).toBe(0);
  await text("connect", "server", "create", "other", "-f");
});

test("a server is shown without its vaults", async () => {
  const { text, json } = await newSandbox();
  await text("vault", "create", "app");
  await text(...create);
  expect(await json("connect", "server", "get", "acme")).toEqual({
    id: expect.stringMatching(/^[A-Z2-7]{26}$/),
    name: "acme",
    state: "ACTIVE",
    created_at: expect.any(String),
    creator_id: expect.stringMatching(/^[A-Z2-7]{26}$/),
    tokens_version: 1,
  });
});

test("a deleted server is listed as revoked and found by id only", async () => {
  const { text, json, op } = await newSandbox();
  await text("connect", "server", "create", "acme");
  expect(await text("connect", "server", "rm", "acme")).toBe("");
  const [server] = await json<{ id: string; state: string }[]>("connect", "server", "list");
  expect(server?.state).toBe("REVOKED");
  expect((await op(["connect", "server", "get", "acme"])).exitCode).toBe(1);
  expect((await op(["connect", "server", "get", server?.id ?? ""])).exitCode).toBe(0);
});

test("unknown servers are refused: by name in words, by id as an answer of the service", async () => {
  const { op } = await newSandbox();
  const byName = await op(["connect", "server", "delete", "nowhere"]);
  expect(byName.exitCode).toBe(1);
  expect(message(byName.stderr)).toContain(`"nowhere" isn't a Connect server`);
  const byId = await op(["connect", "server", "delete", "A".repeat(26)]);
  expect(byId.exitCode).toBe(4);
  expect(message(byId.stderr)).toBe("(404) Not Found: The requested resource was not found.");
});

test("full access to every vault is needed, and its lack leaves no server behind", async () => {
  const { op, json, home, cwd } = await newSandbox();
  await addPerson(home, { name: "Mia Member", email: "mia@example.com" });
  const env = { OPCONNECT_SANDBOX_USER: "mia@example.com" };
  await op(["vault", "create", "app"], { env });
  const { exitCode, stdout, stderr } = await op(create);
  expect([exitCode, stdout, message(stderr)]).toEqual([6, "", "401 Auth Error"]);
  expect(await json("connect", "server", "list")).toEqual([]);
  expect(existsSync(join(cwd, "1password-credentials.json"))).toBe(false);
});

test("built-in vaults are refused", async () => {
  const { op } = await newSandbox();
  const { stderr } = await op(["connect", "server", "create", "acme", "--vaults", "Private"]);
  expect(message(stderr)).toBe(
    "Granting Connect access to a Personal, Private, or Employee vault is not currently supported",
  );
});

test("only owners, administrators and Secrets Automation managers mint", async () => {
  const { op, home } = await newSandbox();
  const people = {
    "member@example.com": [],
    "admin@example.com": ["Administrators"],
    "manager@example.com": ["Secrets Automation Managers"],
  };
  const codes: Record<string, number> = {};
  for (const [email, groups] of Object.entries(people)) {
    await addPerson(home, { name: email, email, groups });
    const env = { OPCONNECT_SANDBOX_USER: email };
    const argv = ["connect", "server", "create", "acme", "--force"];
    codes[email] = (await op(argv, { env })).exitCode;
  }
  expect(codes).toEqual({
    "member@example.com": 6,
    "admin@example.com": 0,
    "manager@example.com": 0,
  });
});

test("a group may manage one server only", async () => {
  const { op, text, home } = await newSandbox();
  await addPerson(home, { name: "Mia Member", email: "mia@example.com" });
  await text("connect", "server", "create", "one");
  await text("connect", "server", "create", "two", "--force");
  await text("connect", "group", "grant", "--group", "Team Members", "--server", "one");
  const env = { OPCONNECT_SANDBOX_USER: "mia@example.com" };
  const get = async (name: string) =>
    (await op(["connect", "server", "get", name], { env })).exitCode;
  expect([await get("one"), await get("two")]).toEqual([0, 6]);
  await text("connect", "group", "revoke", "--group", "Team Members", "--server", "one");
  expect(await get("one")).toBe(6);
});

test("service accounts and Connect tokens cannot mint", async () => {
  const { op, text, home } = await newSandbox();
  await text("vault", "create", "app");
  const token = await addServiceAccount(home, { name: "ci", vaults: { app: ["read_items"] } });
  const asServiceAccount = await op(create, { env: { OP_SERVICE_ACCOUNT_TOKEN: token } });
  expect(asServiceAccount.exitCode).toBe(1);
  expect(message(asServiceAccount.stderr)).toBe('unknown command "connect" for "op"');
  const env = { OP_CONNECT_HOST: "http://127.0.0.1:9", OP_CONNECT_TOKEN: "fixture-token" };
  const withConnect = await op(create, { env });
  expect(message(withConnect.stderr)).toBe(
    `"op connect server create" doesn't work with Connect. Please unset 'OP_CONNECT_HOST' and 'OP_CONNECT_TOKEN' to use this command.`,
  );
});

test("key material of a credentials file is among the secrets of the account", async () => {
  const { text, home, cwd } = await newSandbox();
  await text("connect", "server", "create", "acme");
  const file = JSON.parse(await readFile(join(cwd, "1password-credentials.json"), "utf8"));
  const secrets = await listSecrets(home);
  expect(secrets).toContain(file.uniqueKey.k);
  expect(secrets).toContain(file.verifier.localHash);
  expect(secrets).toContain(file.encCredentials.data);
});

test("a vault granted later is announced in one sentence, a second time refused", async () => {
  const { op, text, home } = await newSandbox();
  await text("vault", "create", "app");
  await text("connect", "server", "create", "acme");
  const argv = ["--server", "acme", "--vault", "app"];
  expect(await text("connect", "vault", "grant", ...argv)).toMatch(
    /^Connect server acme \([A-Z2-7]{26}\) has been successfully granted access to vault app \([a-z2-7]{26}\)\.$/,
  );
  const again = await op(["connect", "vault", "grant", ...argv]);
  expect(again.exitCode).toBe(1);
  expect(message(again.stderr)).toContain("already has access to vault app");
  await text("connect", "vault", "revoke", ...argv);
  expect((await op(["connect", "vault", "revoke", ...argv])).exitCode).toBe(1);
  await addPerson(home, { name: "Mia", email: "mia@example.com", groups: ["Administrators"] });
  const env = { OPCONNECT_SANDBOX_USER: "mia@example.com" };
  expect((await op(["connect", "vault", "grant", ...argv], { env })).exitCode).toBe(6);
  const permissions = ["allow_viewing", "allow_editing", "allow_managing"];
  await grantVaultAccess(home, { vault: "app", to: "mia@example.com", permissions });
  expect((await op(["connect", "vault", "grant", ...argv], { env })).exitCode).toBe(0);
});
