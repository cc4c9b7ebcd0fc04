import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { get, type RequestOptions } from "node:https";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { newConnect, newSandbox } from "../../fixtures/sandbox.ts";
import { injectFailure, listSecrets, setConnectMood } from "../index.ts";

async function withServer() {
  const sandbox = await newSandbox();
  await sandbox.text("vault", "create", "app");
  await sandbox.text("connect", "server", "create", "acme", "--vaults", "app");
  const argv = ["connect", "token", "create", "t", "--server", "acme", "--vault", "app,rw"];
  const path = join(sandbox.cwd, "1password-credentials.json");
  const token = await sandbox.text(...argv);
  return { ...sandbox, path, token, file: await readFile(path, "utf8") };
}

function bearer(token: string): RequestInit {
  return { headers: { Authorization: `Bearer ${token}` } };
}

test.each([
  ["the path of the file", (path: string) => path],
  ["base64", (_: string, file: string) => Buffer.from(file).toString("base64")],
  [
    "base64url without padding",
    (_: string, file: string) => Buffer.from(file).toString("base64url"),
  ],
])("OP_SESSION may be %s", async (_, session) => {
  const sandbox = await withServer();
  const { url } = await newConnect(sandbox, { OP_SESSION: session(sandbox.path, sandbox.file) });
  const response = await fetch(`${url}/v1/vaults`, bearer(sandbox.token));
  expect(response.status).toBe(200);
  expect(response.headers.get("1Password-Connect-Version")).toBe("1.8.1");
});

test.each([
  [
    "raw JSON in the variable",
    async (_: string, file: string) => file,
    "(LoadLocalAuthV2 failed to credentialsDataFromBase64), illegal base64 data at input byte 0",
  ],
  [
    "base64 twice in the variable",
    async (_: string, file: string) => btoa(btoa(file)),
    "invalid character 'e' looking for beginning of value",
  ],
  [
    "base64 in the file",
    async (path: string, file: string) => {
      await writeFile(path, btoa(file));
      return path;
    },
    "invalid character 'e' looking for beginning of value",
  ],
  [
    "a file cut short",
    async (path: string, file: string) => {
      await writeFile(path, file.slice(0, 500));
      return path;
    },
    "unexpected end of JSON input",
  ],
  [
    "an exported document item",
    async () => btoa(JSON.stringify({ uuid: "x", details: { documentAttributes: {} } })),
    "credentials file is not version 2",
  ],
  [
    "a path that leads nowhere",
    async () => "/nowhere/file.json",
    "illegal base64 data at input byte 13",
  ],
])("%s is refused: the server stays up and answers 500", async (_, prepare, reason) => {
  const sandbox = await withServer();
  const log: string[] = [];
  const OP_SESSION = await prepare(sandbox.path, sandbox.file);
  const { url } = await newConnect(sandbox, { OP_SESSION }, log);
  expect(await (await fetch(`${url}/heartbeat`)).text()).toBe(".");
  const response = await fetch(`${url}/v1/vaults`, bearer(sandbox.token));
  expect([response.status, await response.json()]).toEqual([
    500,
    { status: 500, message: "failed to initiate, review service logs for details" },
  ]);
  const { log_message, level } = JSON.parse(log[0] ?? "{}");
  expect(level).toBe(1);
  expect(log_message).toMatch(
    /^\(E\) Server: \(unable to get credentials and initialize API, retrying in 30s\), Wrapped: \(failed to FindCredentialsUniqueKey\), Wrapped: \(failed to loadCredentialsFile\)/,
  );
  expect(log_message).toContain(reason);
});

test("health stays green, and tells of the token that is needed until one has come", async () => {
  const sandbox = await withServer();
  const { url } = await newConnect(sandbox, { OP_SESSION: sandbox.path });
  const services = async (init?: RequestInit) => {
    const response = await fetch(`${url}/health`, init);
    const { dependencies } = JSON.parse(await response.text());
    return Object.fromEntries(
      dependencies.map(({ service, status }: Record<string, string>) => [service, status]),
    );
  };
  const locked = {
    sqlite: "ACTIVE",
    sync: "TOKEN_NEEDED",
    "1Password": "UNINITIALIZED",
    account_data: "NOT_SYNCED",
  };
  expect(await services()).toEqual(locked);
  expect(await services(bearer("fixture-token"))).toEqual(locked);
  const unlocked = { sqlite: "ACTIVE", sync: "ACTIVE", account_data: "AVAILABLE" };
  expect(await services(bearer(sandbox.token))).toEqual(unlocked);
  expect(await services()).toEqual(unlocked);
});

test("credentials of a deleted server are never unlocked", async () => {
  const sandbox = await withServer();
  await sandbox.text("connect", "server", "delete", "acme");
  const log: string[] = [];
  const { url } = await newConnect(sandbox, { OP_SESSION: sandbox.path }, log);
  const response = await fetch(`${url}/v1/vaults`, bearer(sandbox.token));
  expect([response.status, await response.json()]).toEqual([
    401,
    { status: 401, message: "Invalid bearer token" },
  ]);
  expect(log.join("\n")).toContain(
    "failed to Decrypt localAuthv2: Authentication failed, invalid bearer token",
  );
});

test("a changed signature is told apart from a token that is none", async () => {
  const sandbox = await withServer();
  const { url } = await newConnect(sandbox, { OP_SESSION: sandbox.path });
  const [header = "", claims = "", signature = ""] = sandbox.token.split(".");
  const forged = [header, claims, signature.split("").reverse().join("")].join(".");
  const refusal = async (init?: RequestInit) =>
    JSON.parse(await (await fetch(`${url}/v1/vaults`, init)).text()).message;
  expect(await refusal(bearer(forged))).toBe("Invalid token signature");
  expect(await refusal(bearer(sandbox.token.slice(0, 84)))).toBe("Invalid bearer token");
  expect(await refusal(bearer(`${claims}.${header}.x`))).toBe("Invalid bearer token");
  expect(await refusal()).toBe("Invalid bearer token");
});

test.each([
  ["title+eq+%22app%22", 1],
  ["name%20eq%20%22app%22", 1],
  ["title+eq+%22App%22", 0],
  ["title+eq+%22%22", 0],
])("vaults are filtered as the operator does: %s", async (filter, count) => {
  const sandbox = await withServer();
  const { url } = await newConnect(sandbox, { OP_SESSION: sandbox.path });
  const response = await fetch(`${url}/v1/vaults?filter=${filter}`, bearer(sandbox.token));
  expect(await response.json()).toHaveLength(count);
});

test("malformed ids, filters and unknown routes are refused", async () => {
  const sandbox = await withServer();
  const { url } = await newConnect(sandbox, { OP_SESSION: sandbox.path });
  const { id } = await sandbox.json<{ id: string }>("vault", "get", "app");
  const answer = async (path: string) => {
    const response = await fetch(`${url}${path}`, bearer(sandbox.token));
    return [response.status, await response.text()];
  };
  expect(await answer("/v1/vaults/app")).toEqual([
    400,
    '{"status":400,"message":"Invalid Vault UUID"}',
  ]);
  expect(await answer(`/v1/vaults/${id}/items/x`)).toEqual([
    400,
    '{"status":400,"message":"Invalid Item UUID"}',
  ]);
  expect((await answer("/v1/vaults?filter='"))[0]).toBe(400);
  expect(await answer("/nowhere")).toEqual([404, "404 page not found"]);
});

test("an item is patched by attribute and by field", async () => {
  const sandbox = await withServer();
  const { url } = await newConnect(sandbox, { OP_SESSION: sandbox.path });
  const { id } = await sandbox.json<{ id: string }>("vault", "get", "app");
  const argv = ["item", "create", "--category", "login", "--vault", "app", "--title", "web"];
  const item = await sandbox.json<{ id: string }>(...argv, "username=fixture-user");
  const operations = [
    { op: "replace", path: "/title", value: "new" },
    { op: "replace", path: "/fields/username/value", value: "fixture-user-2" },
    { op: "add", path: "/tags", value: ["one"] },
  ];
  const response = await fetch(`${url}/v1/vaults/${id}/items/${item.id}`, {
    ...bearer(sandbox.token),
    method: "PATCH",
    body: JSON.stringify(operations),
  });
  expect(response.status).toBe(200);
  expect(await sandbox.json("item", "get", "new")).toMatchObject({ tags: ["one"], version: 2 });
  expect(await sandbox.text("read", "op://app/new/username")).toBe("fixture-user-2");
});

test("activity shows who asked for what", async () => {
  const sandbox = await withServer();
  const { url } = await newConnect(sandbox, { OP_SESSION: sandbox.path });
  await fetch(`${url}/v1/vaults`, bearer(sandbox.token));
  await fetch(`${url}/v1/vaults/${"a".repeat(26)}/items`, bearer(sandbox.token));
  const response = await fetch(`${url}/v1/activity?limit=1`, bearer(sandbox.token));
  expect(response.headers.get("Content-Range")).toBe("1-1/2");
  expect(await response.json()).toMatchObject([{ action: "READ", result: "DENY" }]);
});

test("injected failures strike as often as they were asked to", async () => {
  const sandbox = await withServer();
  const { url } = await newConnect(sandbox, { OP_SESSION: sandbox.path });
  await injectFailure(sandbox.home, {
    match: "GET /v1/vaults",
    kind: "status",
    status: 403,
    message: "sporadic",
    times: 2,
  });
  const status = async () => (await fetch(`${url}/v1/vaults`, bearer(sandbox.token))).status;
  expect([await status(), await status(), await status()]).toEqual([403, 403, 200]);
});

test("the log holds no secret", async () => {
  const sandbox = await withServer();
  const log: string[] = [];
  const { url } = await newConnect(sandbox, { OP_SESSION: sandbox.path }, log);
  await fetch(`${url}/v1/vaults`, bearer(sandbox.token));
  await fetch(`${url}/v1/vaults`, bearer(`${sandbox.token}x`));
  const text = log.join("\n");
  expect(text).toContain('"jti"');
  for (const secret of await listSecrets(sandbox.home)) expect(text).not.toContain(secret);
});

test("Connect on a bad day refuses a new token for a while, and a request now and then", async () => {
  const sandbox = await withServer();
  const { url } = await newConnect(sandbox, { OP_SESSION: sandbox.path });
  const vault = await sandbox.json<{ id: string }>("vault", "get", "app");
  const status = async (path: string) =>
    (await fetch(`${url}${path}`, bearer(sandbox.token))).status;
  await setConnectMood(sandbox.home, { newTokenMs: 60_000, refusesOneIn: 0, seed: 0 });
  expect(await status("/v1/vaults")).toBe(401);
  await setConnectMood(sandbox.home, { newTokenMs: 0, refusesOneIn: 3, seed: 1 });
  expect(await status("/v1/vaults")).toBe(200);
  const items = `/v1/vaults/${vault.id}/items`;
  const seen = await Promise.all(Array.from({ length: 30 }, () => status(items)));
  expect(seen.filter((each) => each === 403).length).toBeGreaterThan(3);
  expect(seen.filter((each) => each === 200).length).toBeGreaterThan(10);
});

test("by TLS it shows its certificate, and nothing to who calls without", async () => {
  const sandbox = await withServer();
  const [cert, key] = [join(sandbox.cwd, "tls.crt"), join(sandbox.cwd, "tls.key")];
  const words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1";
  const names = ["-subj", "/CN=connect", "-addext", "subjectAltName=DNS:connect"];
  await promisify(execFile)("openssl", [
    ...words.split(" "),
    ...names,
    "-out",
    cert,
    "-keyout",
    key,
  ]);
  const { url, port } = await newConnect(sandbox, {
    ...{ OP_SESSION: sandbox.path, OP_HTTPS_PORT: "0" },
    ...{ OP_TLS_CERT_FILE: cert, OP_TLS_KEY_FILE: key },
  });
  expect(url).toMatch(/^https:/);
  const ask = (options: RequestOptions) =>
    new Promise<number | undefined>((resolve, reject) => {
      const at = { host: "127.0.0.1", port, path: "/v1/vaults", agent: false, ...options };
      get({ ...at, headers: { Authorization: `Bearer ${sandbox.token}` } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      }).on("error", reject);
    });
  const ca = await readFile(cert);
  expect(await ask({ ca, servername: "connect" })).toBe(200);
  await expect(ask({ ca, servername: "other" })).rejects.toMatchObject({
    code: "ERR_TLS_CERT_ALTNAME_INVALID",
  });
  await expect(ask({ servername: "connect" })).rejects.toMatchObject({
    code: "DEPTH_ZERO_SELF_SIGNED_CERT",
  });
  await expect(fetch(url.replace("https", "http"))).rejects.toThrow();
});

test("by TLS it does not start without a certificate", async () => {
  const sandbox = await withServer();
  const missing = { OP_HTTPS_PORT: "0", OP_TLS_CERT_FILE: join(sandbox.cwd, "none") };
  await expect(newConnect(sandbox, missing)).rejects.toThrow(/ENOENT/);
});
