import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { addServiceAccount, forgetAccount } from "@opconnect/sandbox";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  accessKeyId,
  type CredentialsRig,
  createCredentialsRig,
  itemTemplate,
  secretAccessKey,
} from "../../../fixtures/credentials-rig.ts";

let rig: CredentialsRig;
beforeEach(async () => {
  rig = await createCredentialsRig();
});
afterEach(() => rig.remove());

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
