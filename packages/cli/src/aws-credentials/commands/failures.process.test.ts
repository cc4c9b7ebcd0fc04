import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { injectFailure } from "@opconnect/sandbox";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  type CredentialsRig,
  createCredentialsRig,
  itemTemplate,
} from "../../../fixtures/credentials-rig.ts";
import { base64, inSeconds, scriptedSession } from "../../../fixtures/scripted-session.ts";
import { stillRunning } from "../../../fixtures/still-running.ts";

let rig: CredentialsRig;
beforeEach(async () => {
  rig = await createCredentialsRig();
});
afterEach(() => rig.remove());

const refused = async (...args: readonly string[]) => {
  const { stdout, stderr, exitCode } = await rig.credentials(...args);
  expect(stdout).toBe("");
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/^opconnect: .+\n$/);
  return stderr;
};

test("a second field of one label is named with the way out", async () => {
  const item = await rig.readItem();
  const other = { id: "old", type: "CONCEALED", label: "Secret Access Key", value: "other" };
  const third = { ...other, id: "older", label: "secret access key", value: "third" };
  const fields = [...item.fields, other, third];
  await rig.op(["item", "edit", rig.itemId], JSON.stringify({ ...item, fields }));
  const fieldArgs = ["--secret-access-key-field", "secret access key"];
  const stderr = await refused(...fieldArgs);
  expect(stderr).toContain("[AWS_ITEM_INVALID]");
  expect(stderr).toContain("Pass one of sak, older as `--secret-access-key-field`");
  expect((await rig.credentials("--secret-access-key-field", "sak")).exitCode).toBe(0);
});

test("a missing field is named, with those there are", async () => {
  expect(await refused("--mfa-serial-field", "device")).toMatch(
    /no field "device".*"access key id".*`--mfa-serial-field` or `--no-mfa`.*\[AWS_ITEM_INVALID\]/,
  );
});

test.each([
  ["You are not currently signed in. Please run `op signin --help`", "OP_NOT_SIGNED_IN"],
  [
    "error initializing client: connecting to desktop app: read: connection reset",
    "OP_NOT_SIGNED_IN",
  ],
  ['"AWS Access Key" isn\'t an item in the "Engineering" vault.', "OP_NOT_FOUND"],
  ['More than one item matches "AWS Access Key".', "OP_AMBIGUOUS_NAME"],
  ["dial tcp: lookup acme.1password.com: no such host", "OP_NETWORK_BLOCKED"],
  ["(403) Forbidden: sign-in from this IP address is blocked", "OP_NETWORK_BLOCKED"],
  ["(403) Forbidden: You aren't authorized to do that.", "OP_VAULT_ACCESS"],
  ["A vault query must be provided when this command is called", "OP_AMBIGUOUS_NAME"],
  ["Too many requests. Your client has been rate-limited.", "OP_RATE_LIMITED"],
  ["Something else entirely", "OP_FAILED"],
])("op saying %j is %s", async (message, code) => {
  await injectFailure(rig.opHome, { match: "item get", kind: "exit", exitCode: 1, message });
  expect(await refused()).toContain(`[${code}]`);
});

test("no op on PATH is said", async () => {
  const args = ["aws-credentials", "--item", "x"];
  const { stderr } = await rig.opconnect(args, { PATH: rig.folder });
  expect(stderr).toContain("[OP_NOT_INSTALLED]");
});

test("output of op that is no item is not quoted", async () => {
  await writeFile(join(rig.folder, "bin", "op"), "#!/bin/sh\necho fixture-secret-in-garbage\n");
  const stderr = await refused();
  expect(stderr).toContain("[OP_OUTPUT_UNEXPECTED]");
  expect(stderr).not.toContain("fixture-secret");
});

test("a notice above op's output does no harm", async () => {
  const text = "A new version of op is available!";
  await injectFailure(rig.opHome, { match: "item get", kind: "text-before-output", text });
  expect((await rig.credentials()).exitCode).toBe(0);
});

test.each([
  [403, "AccessDenied", "User is not authorized to perform: sts:AssumeRole", "AWS_STS_DENIED"],
  [
    403,
    "InvalidClientTokenId",
    "The security token included in the request is invalid.",
    "AWS_STS_DENIED",
  ],
  [400, "ValidationError", "Member must have value less than or equal to 129600", "AWS_STS_DENIED"],
])("STS saying %i %s is told with the way out", async (status, code, message, ours) => {
  rig.sts.refusals.push({ status, code, message });
  const stderr = await refused();
  expect(stderr).toContain(`${code}: ${message}`);
  expect(stderr).toContain(`[${ours}]`);
  expect(rig.sts.calls).toHaveLength(1);
});

test.each([
  [400, "Throttling", "AWS_STS_THROTTLED"],
  [503, "ServiceUnavailable", "AWS_STS_UNREACHABLE"],
])("STS saying %i %s to every attempt is told", async (status, code, ours) => {
  rig.sts.refusals.push(...Array(9).fill({ status, code, message: "Rate exceeded" }));
  expect(await refused()).toContain(`[${ours}]`);
  expect(rig.sts.calls).toHaveLength(4);
});

test("throttling that passes goes unnoticed", async () => {
  rig.sts.refusals.push({ status: 400, code: "Throttling", message: "Rate exceeded" });
  expect((await rig.credentials()).stderr).toBe("");
});

test("no network is told", async () => {
  const args = ["aws-credentials", "--item", rig.itemId];
  const { stderr, exitCode } = await rig.opconnect(args, {
    AWS_ENDPOINT_URL_STS: "http://127.0.0.1:9",
  });
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/127\.0\.0\.1:9.*\[AWS_STS_UNREACHABLE\]/);
});

test("a session that cannot be written into the item is handed out with a warning", async () => {
  const message = "(403) Forbidden: You aren't authorized to change items.";
  await injectFailure(rig.opHome, { match: "item edit", kind: "exit", exitCode: 6, message });
  const { stdout, stderr, exitCode } = await rig.credentials();
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout).AccessKeyId).toBe("ASIAFIXTURE000000001");
  expect(stderr).toMatch(/not kept.*\[OP_VAULT_ACCESS\]/);
});

test("a Login with a website, which may hold a passkey, is never written unasked", async () => {
  const login = {
    ...itemTemplate(),
    title: "console",
    category: "LOGIN",
    urls: [{ href: "https://aws.amazon.com" }],
  };
  await rig.op(["item", "create", "--vault", "Engineering", "-"], JSON.stringify(login));
  const args = ["aws-credentials", "--item", "console", "--no-mfa"];
  const kept = await rig.opconnect(args);
  expect(kept.exitCode).toBe(0);
  expect(kept.stderr).toMatch(/may hold a passkey.*--rewrite-item.*\[AWS_CACHE_FAILED\]/);
  const version = async () =>
    JSON.parse(await rig.op(["item", "get", "console", "--format", "json"])).version;
  expect(await version()).toBe(1);
  expect((await rig.opconnect([...args, "--rewrite-item"])).stderr).toBe("");
  expect(await version()).toBe(2);
});

test("an op that never answers is ended at the time limit", async () => {
  await injectFailure(rig.opHome, { match: "item get", kind: "hang" });
  expect(await refused("--timeout", "2s")).toContain("[AWS_TIMED_OUT]");
  expect(await stillRunning(rig.opHome)).toEqual([]);
  expect((await rig.credentials("--timeout", "60s")).exitCode).toBe(0);
});

test("a session that takes too long to be kept is handed out at the time limit", async () => {
  await injectFailure(rig.opHome, { match: "item edit", kind: "hang" });
  const { stdout, stderr, exitCode } = await rig.credentials("--timeout", "10s");
  expect(exitCode, stderr).toBe(0);
  expect(JSON.parse(stdout).AccessKeyId).toBe("ASIAFIXTURE000000001");
  expect(stderr).toMatch(/not kept.*\[AWS_TIMED_OUT\]/);
  expect(await stillRunning(rig.opHome)).toEqual([]);
});

test("a disk that fills up while STS answers costs no session", async () => {
  const state = join(rig.folder, "home", ".cache", "opconnect");
  rig.sts.beforeAnswer = async () => {
    await rm(state, { recursive: true });
    // Nothing can be written below a file.
    await writeFile(state, "");
  };
  const { stdout, stderr, exitCode } = await rig.credentials();
  expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
  expect(JSON.parse(stdout).AccessKeyId).toBe("ASIAFIXTURE000000001");
  expect(await rig.field("session_cache")).toBeDefined();
});

test("where nothing can be noted, neither at home nor among temporary files, there is a session", async () => {
  const file = join(rig.folder, "file");
  await writeFile(file, "");
  const env = { HOME: file, XDG_CACHE_HOME: file, TMPDIR: file };
  const args = ["aws-credentials", "--item", rig.itemId];
  const first = await rig.opconnect(args, env);
  expect(first).toMatchObject({ stderr: "", exitCode: 0 });
  expect(await rig.opconnect(args, env)).toEqual(first);
});

test("the old session is handed out at the time limit as well", async () => {
  await rig.setField("session_cache", base64(scriptedSession(inSeconds(600))));
  rig.sts.beforeAnswer = () => new Promise(() => {});
  const { stdout, stderr, exitCode } = await rig.credentials("--margin", "1h", "--timeout", "10s");
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout).AccessKeyId).toBe("ASIACACHEDCACHED0000");
  expect(stderr).toContain("[AWS_TIMED_OUT]");
});

test("an op that neither ends nor lets go of its streams holds up no caller", async () => {
  const script = "#!/bin/sh\ntrap '' TERM\nsleep 20 &\nwait; wait; sleep 20\n";
  await writeFile(join(rig.folder, "bin", "op"), script);
  const begun = Date.now();
  expect(await refused("--timeout", "2s")).toContain("[AWS_TIMED_OUT]");
  expect(Date.now() - begun).toBeLessThan(10_000);
});

test.each([
  ["SIGTERM", 143],
  ["SIGINT", 130],
] as const)("%s ends op as well", async (signal, code) => {
  await injectFailure(rig.opHome, { match: "item get", kind: "hang" });
  const { child, end } = rig.start([]);
  await expect.poll(() => stillRunning(rig.opHome), { timeout: 20_000 }).toHaveLength(2);
  child.kill(signal);
  expect(await end).toMatchObject({ stdout: "", exitCode: code });
  await expect.poll(() => stillRunning(rig.opHome)).toEqual([]);
});

test("a missing, unknown or malformed option is a wrong call", async () => {
  for (const args of [
    [],
    ["--item", "x", "--what"],
    ["--item", "x", "--cache", "disk"],
    ["nonsense"],
  ]) {
    const { stdout, exitCode, stderr } = await rig.opconnect(["aws-credentials", ...args]);
    expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 64 });
    expect(stderr).not.toContain("    at ");
  }
});

test("without a Secret Service the keychain is refused with the way out", async () => {
  expect(await refused("--cache", "keychain")).toMatch(/--cache item.*\[AWS_CACHE_FAILED\]/);
  expect((await rig.credentials("--cache", "item")).exitCode).toBe(0);
});
