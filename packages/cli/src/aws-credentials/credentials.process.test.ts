import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { addServiceAccount, forgetAccount, injectFailure } from "@opconnect/sandbox";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  accessKeyId,
  type CredentialsRig,
  createCredentialsRig,
  itemTemplate,
  secretAccessKey,
} from "../../fixtures/credentials-rig.ts";
import { stillRunning } from "../../fixtures/still-running.ts";

let rig: CredentialsRig;
beforeEach(async () => {
  rig = await createCredentialsRig();
});
afterEach(() => rig.remove());

const session = (expiration: string, key = "ASIACACHEDCACHED0000") =>
  JSON.stringify({
    Version: 1,
    AccessKeyId: key,
    SecretAccessKey: "fixture-cached-key",
    SessionToken: "fixture-cached-token",
    Expiration: expiration,
  });
const base64 = (text: string) => Buffer.from(text).toString("base64");
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1_000).toISOString();

describe("without a cached session", () => {
  test("a session by one-time password is printed, as the only line, and kept", async () => {
    const { stdout, stderr, exitCode } = await rig.credentials();
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
    expect(stdout.split("\n")).toHaveLength(2);
    expect(JSON.parse(stdout)).toEqual({
      Version: 1,
      AccessKeyId: "ASIAFIXTURE000000001",
      SecretAccessKey: "fixture-session-key-1",
      SessionToken: "fixture/session+token==1",
      Expiration: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    });
    const [call] = rig.sts.calls;
    expect(call).toMatchObject({
      action: "GetSessionToken",
      parameters: {
        SerialNumber: "arn:aws:iam::123456789012:mfa/fixture",
        TokenCode: expect.stringMatching(/^\d{6}$/),
      },
      authorization: expect.stringContaining(`Credential=${accessKeyId}/`),
    });
    expect(call?.authorization).toContain("/us-east-1/sts/");

    const kept = JSON.parse(
      Buffer.from((await rig.field("session_cache")) ?? "", "base64").toString(),
    );
    const { Expiration, ...printed } = JSON.parse(stdout);
    // Scripts read either of the two.
    const written = { ...printed, Expiration: Expiration.replace("Z", "+00:00") };
    const { Version: _, ...answer } = written;
    expect(kept).toEqual({ ...written, Credentials: answer });
    const item = await rig.readItem();
    expect(item.fields.find(({ label }) => label === "session_cache")?.type).toBe("CONCEALED");
  });

  test("the next call takes it from the item by one call of op", async () => {
    const first = await rig.credentials();
    await rig.newOpCalls();
    const second = await rig.credentials();
    expect(second).toEqual(first);
    expect(rig.sts.calls).toHaveLength(1);
    expect(await rig.newOpCalls()).toHaveLength(1);
  });

  test("other fields of the item, and a change made meanwhile, stay as they are", async () => {
    rig.sts.beforeAnswer = () => rig.setField("owner", "fixture-other-owner");
    expect((await rig.credentials()).stderr).toBe("");
    const fields = Object.fromEntries(
      (await rig.readItem()).fields.map(({ label, value }) => [label, value]),
    );
    expect(fields).toMatchObject({
      "access key id": accessKeyId,
      "secret access key": secretAccessKey,
      owner: "fixture-other-owner",
      session_cache: expect.any(String),
    });
    expect(fields["one-time password"]).toBe(itemTemplate().fields[3]?.value);
  });

  test("a change between reading and writing is noticed by the item's version", async () => {
    const real = join(rig.folder, "bin", "op");
    const meddler = join(rig.folder, "bin", "op-real");
    await writeFile(meddler, await readFile(real, "utf8"));
    await chmod(meddler, 0o755);
    await writeFile(
      real,
      `#!/bin/sh\nif [ "$2" = edit ]; then '${meddler}' item edit ${rig.itemId} owner=other </dev/null >/dev/null; fi\nexec '${meddler}' "$@"\n`,
    );
    const { stdout, stderr, exitCode } = await rig.credentials();
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).AccessKeyId).toBe("ASIAFIXTURE000000001");
    expect(stderr).toMatch(/was changed by somebody else while .* \(version 1 became 3\)/);
  });

  test("a service account is enough", async () => {
    const token = await addServiceAccount(rig.opHome, {
      name: "ci",
      vaults: { Engineering: ["read_items", "write_items"] },
    });
    await forgetAccount(rig.opHome);
    const args = ["aws-credentials", "--item", rig.itemId, "--vault", "Engineering"];
    const { stderr, exitCode } = await rig.opconnect(args, { OP_SERVICE_ACCOUNT_TOKEN: token });
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
  });

  test("variables and files of AWS do not disturb it", async () => {
    const config = join(rig.folder, "config");
    await writeFile(
      config,
      "[profile other]\nregion = nowhere\nendpoint_url = http://127.0.0.1:9\n[broken\nx",
    );
    const args = ["aws-credentials", "--item", rig.itemId, "--region", "eu-central-1"];
    const { stderr, exitCode } = await rig.opconnect(args, {
      AWS_PROFILE: "other",
      AWS_CONFIG_FILE: config,
      AWS_SHARED_CREDENTIALS_FILE: config,
      AWS_ACCESS_KEY_ID: "AKIAOTHEROTHEROTHER0",
      AWS_SECRET_ACCESS_KEY: "fixture-other",
      AWS_SESSION_TOKEN: "fixture-other",
      AWS_REGION: "ap-south-1",
      AWS_USE_FIPS_ENDPOINT: "true",
      AWS_MAX_ATTEMPTS: "0",
      OP_CONNECT_HOST: "http://127.0.0.1:9",
      OP_CONNECT_TOKEN: "fixture",
    });
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
    expect(rig.sts.calls[0]?.authorization).toContain(`Credential=${accessKeyId}/`);
    expect(rig.sts.calls[0]?.authorization).toContain("/eu-central-1/sts/");
    for (const { environment } of await rig.newOpCalls()) {
      expect(environment.filter((name) => name !== "OP_CACHE")).toEqual([]);
    }
  });

  test("a role is assumed with the session, which is kept beside the role's", async () => {
    const role = ["--role-arn", "arn:aws:iam::999999999999:role/Deploy", "--external-id", "x"];
    const { stdout, stderr } = await rig.credentials(...role, "--duration", "15m");
    expect(stderr).toBe("");
    expect(rig.sts.calls.map(({ action }) => action)).toEqual(["GetSessionToken", "AssumeRole"]);
    expect(rig.sts.calls[1]?.parameters).toMatchObject({
      RoleArn: role[1],
      ExternalId: "x",
      DurationSeconds: "900",
    });
    expect(rig.sts.calls[1]?.authorization).toContain("Credential=ASIAFIXTURE000000001/");
    expect((await rig.credentials(...role)).stdout).toBe(stdout);
    expect(JSON.parse((await rig.credentials()).stdout).AccessKeyId).toBe("ASIAFIXTURE000000001");
    expect(rig.sts.calls).toHaveLength(2);
  });

  test("a role is assumed directly with a one-time password if that is asked for", async () => {
    const arn = "arn:aws:iam::999999999999:role/Deploy";
    await rig.credentials("--role-arn", arn, "--direct-mfa");
    expect(rig.sts.calls).toMatchObject([
      { action: "AssumeRole", parameters: { RoleArn: arn, TokenCode: expect.any(String) } },
    ]);
  });

  test("no one-time password is used where none is wanted", async () => {
    await rig.credentials("--no-mfa");
    expect(rig.sts.calls[0]?.parameters).not.toHaveProperty("TokenCode");
    expect(await rig.field("session_cache")).toBeUndefined();
    expect(await rig.field("session_cache no-mfa")).toBeDefined();
  });

  test("nothing is written where no cache is wanted", async () => {
    expect((await rig.credentials("--cache", "none")).exitCode).toBe(0);
    expect((await rig.readItem()).version).toBe(1);
  });
});

describe("with something in the cache field", () => {
  test.each([
    ["+00:00", (time: string) => time.replace(/\.\d+Z$/, "+00:00")],
    ["fractions", (time: string) => time],
    ["Z", (time: string) => time.replace(/\.\d+Z$/, "Z")],
  ])("a session that a script wrote with %s is used", async (_, form) => {
    await rig.setField("session_cache", base64(session(form(inSeconds(3_000)))));
    const { stdout, stderr } = await rig.credentials();
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toMatchObject({ AccessKeyId: "ASIACACHEDCACHED0000" });
    expect(JSON.parse(stdout).Expiration).toMatch(/^[\dT:-]{19}Z$/);
    expect(rig.sts.calls).toEqual([]);
  });

  test("the answer of STS, pretty and wrapped as base64 does it, is used", async () => {
    const { Version: _, ...Credentials } = JSON.parse(session(inSeconds(3_000)));
    const wrapped = base64(JSON.stringify({ Credentials }, undefined, 4)).replaceAll(
      /.{76}/g,
      "$&\n",
    );
    await rig.setField("session_cache", wrapped);
    expect(JSON.parse((await rig.credentials()).stdout).AccessKeyId).toBe("ASIACACHEDCACHED0000");
  });

  test.each([
    ["nothing", ""],
    ["garbage", "!!!"],
    ["half a session", base64(session(inSeconds(3_000)).slice(0, 80))],
    ["a session without an end", base64('{"AccessKeyId":"A","SecretAccessKey":"B"}')],
    ["a session that has ended", base64(session(inSeconds(-1)))],
    ["a session within the margin", base64(session(inSeconds(25)))],
  ])("%s leads to a new session", async (_, value) => {
    await rig.setField("session_cache", value);
    const { stdout, stderr } = await rig.credentials();
    expect(stderr).toBe("");
    expect(JSON.parse(stdout).AccessKeyId).toBe("ASIAFIXTURE000000001");
    const fields = (await rig.readItem()).fields.filter(({ label }) => label === "session_cache");
    expect(fields).toHaveLength(1);
  });

  test("the old session is handed out while it is good if there is no new one", async () => {
    await rig.setField("session_cache", base64(session(inSeconds(600))));
    rig.sts.refusals.push({ status: 403, code: "AccessDenied", message: "Not now." });
    const { stdout, stderr, exitCode } = await rig.credentials("--margin", "15m");
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).AccessKeyId).toBe("ASIACACHEDCACHED0000");
    expect(stderr).toMatch(/not renewed and is used to its end .*Not now.*\[AWS_STS_DENIED\]\n$/);
  });

  test("two cache fields become one", async () => {
    const item = await rig.readItem();
    const twice = ["one", "two"].map((id) => ({
      id,
      type: "CONCEALED",
      label: "session_cache",
      value: "x",
    }));
    const fields = [...item.fields, ...twice];
    await rig.op(["item", "edit", rig.itemId], JSON.stringify({ ...item, fields }));
    await rig.credentials();
    const left = (await rig.readItem()).fields.filter(({ label }) => label === "session_cache");
    expect(left).toHaveLength(1);
  });
});

describe("where it fails", () => {
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
    [
      400,
      "ValidationError",
      "Member must have value less than or equal to 129600",
      "AWS_STS_DENIED",
    ],
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
      AWS_ENDPOINT_URL: "http://127.0.0.1:9",
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
    const begun = Date.now();
    expect(await refused("--timeout", "2s")).toContain("[AWS_TIMED_OUT]");
    expect(Date.now() - begun).toBeLessThan(8_000);
    expect(await stillRunning(rig.opHome)).toEqual([]);
  });

  test("the old session is handed out at the time limit as well", async () => {
    await rig.setField("session_cache", base64(session(inSeconds(600))));
    await injectFailure(rig.opHome, { match: "item edit", kind: "hang" });
    const { stdout, stderr, exitCode } = await rig.credentials("--margin", "1h", "--timeout", "5s");
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).AccessKeyId).toBe("ASIACACHEDCACHED0000");
    expect(stderr).toContain("[AWS_TIMED_OUT]");
  });

  test("an op that neither ends nor lets go of its streams holds up nobody", async () => {
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
      expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 2 });
      expect(stderr).not.toContain("    at ");
    }
  });

  test("without a Secret Service the keychain is refused with the way out", async () => {
    expect(await refused("--cache", "keychain")).toMatch(/--cache item.*\[AWS_CACHE_FAILED\]/);
  });
});
