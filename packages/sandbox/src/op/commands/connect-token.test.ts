import { decodeJwt, decodeProtectedHeader } from "jose";
import { expect, test } from "vitest";
import { message, newSandbox } from "../../../fixtures/sandbox.ts";
import { addPerson, grantVaultAccess, injectFailure, listSecrets } from "../../index.ts";

async function sandboxWithServer() {
  const sandbox = await newSandbox();
  const app = await sandbox.json<{ id: string }>("vault", "create", "app");
  const data = await sandbox.json<{ id: string }>("vault", "create", "data");
  await sandbox.text("connect", "server", "create", "acme", "--vaults", "app,data");
  const server = await sandbox.json<{ id: string }>("connect", "server", "get", "acme");
  return { ...sandbox, app, data, server };
}

const create = ["connect", "token", "create", "operator", "--server", "acme"];

interface TokenRow {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly vaults: readonly { readonly id: string; readonly acl: readonly string[] }[];
}

test("a token is printed alone, with the claims of the real one", async () => {
  const { op, app, data, server, json } = await sandboxWithServer();
  const { stdout, stderr } = await op([
    ...create,
    ...["--vault", "app,r", "--vault", data.id, "--expires-in", "90d", "--format", "json"],
  ]);
  expect(stderr).toBe("");
  expect(stdout).toMatch(/^eyJhbGciOiJFUzI1NiIs[\w-]+\.[\w-]+\.[\w-]+\n$/);
  expect(decodeProtectedHeader(stdout.trim())).toEqual({
    alg: "ES256",
    kid: expect.stringMatching(/^[a-z2-7]{26}$/),
    typ: "JWT",
  });
  const claims = decodeJwt(stdout.trim());
  const [row] = await json<TokenRow[]>("connect", "token", "list", "--server", "acme");
  expect(claims).toEqual({
    "1password.com/auuid": expect.stringMatching(/^[A-Z2-7]{26}$/),
    "1password.com/token": expect.stringMatching(/^[\w-]{32}$/),
    "1password.com/fts": ["vaultaccess"],
    "1password.com/vts": [
      { u: app.id, a: 48 },
      { u: data.id, a: 496 },
    ],
    aud: ["com.1password.connect"],
    sub: server.id,
    iss: "com.1password.b5",
    jti: row?.id,
    iat: expect.any(Number),
    exp: (claims.iat ?? 0) + 90 * 86_400,
  });
});

test("without --expires-in a token has no expiry", async () => {
  const { text } = await sandboxWithServer();
  expect(decodeJwt(await text(...create, "--vault", "app"))).not.toHaveProperty("exp");
});

test("tokens are listed with the names of their permissions, revoked ones included", async () => {
  const { text, json, app, server } = await sandboxWithServer();
  await text(...create, "--vault", "app,r");
  await text(...create, "--vault", "app,rw");
  const [first] = await json<TokenRow[]>("connect", "token", "list");
  expect(await text("connect", "token", "delete", first?.id ?? "")).toBe("");
  expect(await json("connect", "token", "list")).toMatchObject([
    {
      name: "operator",
      state: "REVOKED",
      features: ["vaultaccess"],
      vaults: [{ id: app.id.toUpperCase(), acl: ["allow_viewing"] }],
      integration_id: server.id,
    },
    { name: "operator", state: "ACTIVE", vaults: [{ acl: ["allow_viewing", "allow_editing"] }] },
  ]);
});

test("a vault taken from the server is not among those of its tokens any more", async () => {
  const { text, json, data } = await sandboxWithServer();
  await text(...create, "--vault", "app,r", "--vault", "data,r");
  await text("connect", "vault", "revoke", "--server", "acme", "--vault", "app");
  const [row] = await json<TokenRow[]>("connect", "token", "list");
  expect(row?.vaults.map(({ id }) => id)).toEqual([data.id.toUpperCase()]);
});

test("no tokens are printed as nothing at all", async () => {
  const { op } = await sandboxWithServer();
  const { exitCode, stdout } = await op(["connect", "token", "list", "--format", "json"]);
  expect([exitCode, stdout]).toEqual([0, ""]);
});

test("two tokens of one name need an id to be deleted", async () => {
  const { text, op } = await sandboxWithServer();
  await text(...create, "--vault", "app");
  await text(...create, "--vault", "app");
  const { stderr } = await op(["connect", "token", "delete", "operator", "--server", "acme"]);
  expect(message(stderr)).toContain('More than one Connect token matches "operator".');
});

test("deleting a server revokes its tokens", async () => {
  const { text, json } = await sandboxWithServer();
  await text(...create, "--vault", "app");
  await text("connect", "server", "delete", "acme");
  expect(await json("connect", "token", "list")).toMatchObject([{ state: "REVOKED" }]);
});

test.each([
  ["an unknown vault", ["--vault", "nowhere"], "unable to find vault with ID 'nowhere'"],
  ["a name with spaces", ["--vault", "two words"], "unable to find vault with ID 'two words'"],
  ["an unknown permission", ["--vault", "app,x"], 'invalid permission "x": use r, w or rw'],
  [
    "an unknown unit of time",
    ["--vault", "app", "--expires-in", "5q"],
    'invalid argument "5q" for "--expires-in" flag: time: unknown unit "q" in duration "5q"',
  ],
])("%s is refused and no token made", async (_, flags, text) => {
  const { op, json, text: run } = await sandboxWithServer();
  await run("vault", "create", "two words");
  const { exitCode, stdout, stderr } = await op([...create, ...flags]);
  expect([exitCode, stdout]).toEqual([1, ""]);
  expect(message(stderr)).toContain(text);
  expect(await json("connect", "token", "list")).toEqual([]);
});

test("a vault that the server was not granted cannot be in its tokens", async () => {
  const { op, text } = await sandboxWithServer();
  await text("vault", "create", "other");
  const { exitCode, stderr } = await op([...create, "--vault", "other,r"]);
  expect(exitCode).toBe(1);
  expect(message(stderr)).toContain("can't grant access to the vault");
});

test("a manager without the rights that a token would have is told which vault", async () => {
  const { op, home } = await sandboxWithServer();
  const manager = { name: "Mia", email: "mia@example.com", groups: ["Administrators"] };
  await addPerson(home, manager);
  const env = { OPCONNECT_SANDBOX_USER: manager.email };
  const refusal = `Couldn't issue the token: "can't grant access to the vault: You do not have the requested access to vault 'app'."`;
  const mint = async (vault: string) => await op([...create, "--vault", vault], { env });
  expect(message((await mint("app,r")).stderr)).toBe(refusal);
  await grantVaultAccess(home, { vault: "app", to: manager.email, permissions: ["allow_viewing"] });
  expect((await mint("app,r")).exitCode).toBe(0);
  expect(message((await mint("app,rw")).stderr)).toBe(refusal);
});

test("an injected failure leaves a vault out of a token without a word", async () => {
  const { text, op, home, app, data } = await sandboxWithServer();
  await injectFailure(home, {
    match: "connect token create",
    kind: "drop-vaults",
    vaultIds: [app.id],
  });
  const argv = [...create, "--vault", "app,r", "--vault", "data,r"];
  const { stdout, stderr, exitCode } = await op(argv);
  expect([exitCode, stderr]).toEqual([0, ""]);
  expect(decodeJwt(stdout.trim())["1password.com/vts"]).toEqual([{ u: data.id, a: 48 }]);
  expect(decodeJwt(await text(...argv))["1password.com/vts"]).toHaveLength(2);
});

test("the JWT and the bearer secret in it are among the secrets of the account", async () => {
  const { text, home } = await sandboxWithServer();
  const jwt = await text(...create, "--vault", "app");
  const secrets = await listSecrets(home);
  expect(secrets).toContain(jwt);
  expect(secrets).toContain(decodeJwt(jwt)["1password.com/token"]);
});

test("a token is renamed but never widened", async () => {
  const { text, json } = await sandboxWithServer();
  await text(...create, "--vault", "app,r");
  await text("connect", "token", "edit", "operator", "--name", "reader");
  const [token] = await json<TokenRow[]>("connect", "token", "list");
  expect(token).toMatchObject({ name: "reader", vaults: [{ acl: ["allow_viewing"] }] });
});
