import { mkdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  accessKeyId,
  type CredentialsRig,
  createCredentialsRig,
  otpSecret,
  secretAccessKey,
} from "../../../fixtures/credentials-rig.ts";

let rig: CredentialsRig;
let aws: string;
beforeEach(async () => {
  rig = await createCredentialsRig();
  aws = join(rig.folder, "home", ".aws");
  await mkdir(aws);
});
afterEach(() => rig.remove());

const setup = (args: readonly string[], stdin?: string) =>
  rig.opconnect(["aws-credentials", "setup", "--vault", "Engineering", ...args], {}, stdin);
const configured = () => readFile(join(aws, "config"), "utf8");
const mfaSerial = "arn:aws:iam::123456789012:mfa/fixture";

test("an item that is complete gets a profile, after a test", async () => {
  const { stdout, stderr, exitCode } = await setup(["--yes", "--command", "opconnect"]);
  expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 0 });
  expect(stderr).toContain('Use the item "AWS Access Key" as it is');
  expect(stderr).toContain("AWS says: arn:aws:iam::123456789012:user/fixture");
  expect(await configured()).toBe(
    '[default]\ncredential_process = opconnect aws-credentials --item "AWS Access Key" --vault Engineering\n',
  );
  expect(rig.sts.calls.map(({ action }) => action)).toEqual([
    "GetSessionToken",
    "GetCallerIdentity",
  ]);
});

test("a new item is made of JSON on standard input, without a secret in any argument", async () => {
  const oneTimePassword = `otpauth://totp/aws?secret=${otpSecret}`;
  const secrets = JSON.stringify({ accessKeyId, secretAccessKey, mfaSerial, oneTimePassword });
  const args = ["--item", "AWS acme", "--profile", "acme", "--from-stdin", "--yes"];
  const { stderr, exitCode } = await setup(args, secrets);
  expect(exitCode, stderr).toBe(0);
  expect(stderr).toMatch(
    /Create the item "AWS acme" in the vault "Engineering" with: Access key id,/,
  );
  expect(stderr).not.toContain(secretAccessKey);
  const item = JSON.parse(await rig.op(["item", "get", "AWS acme", "--format", "json"]));
  expect(item.category).toBe("API_CREDENTIAL");
  expect(await configured()).toMatch(/^\[profile acme\]\ncredential_process = .*--item "AWS acme"/);
  const calls = await rig.newOpCalls();
  expect(calls.filter(({ secretInArguments }) => secretInArguments)).toEqual([]);
  const run = await rig.opconnect(["aws-credentials", "--item", "AWS acme"]);
  expect(JSON.parse(run.stdout).Version).toBe(1);
});

test("what cannot be right is refused before anything is written", async () => {
  const args = ["--item", "new", "--from-stdin", "--yes"];
  const secrets = JSON.stringify({ accessKeyId: "not a key", secretAccessKey });
  const { stderr, exitCode } = await setup(args, secrets);
  expect({ stderr, exitCode }).toEqual({
    stderr: expect.stringContaining('"accessKeyId" is none.'),
    exitCode: 64,
  });
  await expect(rig.op(["item", "get", "new"])).rejects.toThrow("isn't an item");
});

test("a configuration that cannot be written is told before a code is used up", async () => {
  const file = join(rig.folder, "home", "file");
  await writeFile(file, "");
  const args = ["aws-credentials", "setup", "--vault", "Engineering", "--yes"];
  const run = await rig.opconnect(args, { AWS_CONFIG_FILE: join(file, "config") });
  expect(run.stderr).toMatch(/config cannot be written: .* Name another file. \[FILE_UNWRITABLE\]/);
  expect(run.exitCode).toBe(1);
  expect(rig.sts.calls).toEqual([]);
});

test("the clear access key moves into the item and leaves the file once the test is passed", async () => {
  const clear = `# mine\n[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key=${secretAccessKey}\n\n[other]\naws_access_key_id = AKIAOTHER\n`;
  await writeFile(join(aws, "credentials"), clear, { mode: 0o640 });
  const rest = JSON.stringify({ mfaSerial, oneTimePassword: otpSecret });
  const args = ["--item", "moved", "--import", "--from-stdin", "--remove-clear-keys", "--yes"];
  const { stderr, exitCode } = await setup(args, rest);
  expect(exitCode, stderr).toBe(0);
  expect(await readFile(join(aws, "credentials"), "utf8")).toBe(
    "# mine\n[other]\naws_access_key_id = AKIAOTHER\n",
  );
  expect((await stat(join(aws, "credentials"))).mode & 0o777).toBe(0o640);
});

test("nothing changes in files if the test fails", async () => {
  const clear = `[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`;
  await writeFile(join(aws, "credentials"), clear);
  await writeFile(join(aws, "config"), "[default]\nregion = eu-central-1\n");
  rig.sts.refusals.push({ status: 403, code: "AccessDenied", message: "No." });
  const { stderr, exitCode } = await setup(["--yes", "--remove-clear-keys"]);
  expect(exitCode).toBe(1);
  expect(stderr).toContain("[AWS_STS_DENIED]");
  expect(await readFile(join(aws, "credentials"), "utf8")).toBe(clear);
  expect(await configured()).toBe("[default]\nregion = eu-central-1\n");
});

test("what is written into the files during the questions and the test stays", async () => {
  const clear = `[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`;
  await writeFile(join(aws, "credentials"), clear);
  await writeFile(join(aws, "config"), "[default]\nregion = eu-central-1\n");
  rig.sts.beforeAnswer = async () => {
    await writeFile(join(aws, "config"), "[default]\nregion = eu-west-1\n\n[profile new]\nx = 1\n");
    await writeFile(join(aws, "credentials"), `${clear}[new]\naws_access_key_id = AKIANEW\n`);
  };
  const { stderr, exitCode } = await setup(["--yes", "--remove-clear-keys", "--command", "oc"]);
  expect(exitCode, stderr).toBe(0);
  expect(await configured()).toBe(
    '[default]\nregion = eu-west-1\ncredential_process = oc aws-credentials --item "AWS Access Key" --vault Engineering\n\n[profile new]\nx = 1\n',
  );
  expect(await readFile(join(aws, "credentials"), "utf8")).toBe(
    "[new]\naws_access_key_id = AKIANEW\n",
  );
});

test("a role that the profile got meanwhile is not overruled", async () => {
  const changed = "[default]\nrole_arn = arn:aws:iam::1:role/x\nsource_profile = a\n";
  rig.sts.beforeAnswer = () => writeFile(join(aws, "config"), changed);
  const { stderr, exitCode } = await setup(["--yes"]);
  expect(exitCode).toBe(1);
  expect(stderr).toContain("[AWS_PROFILE_INVALID]");
  expect(await configured()).toBe(changed);
});

test("a clear access key of another user is left alone", async () => {
  const clear = "[default]\naws_access_key_id = AKIAOTHER\naws_secret_access_key = fixture-other\n";
  await writeFile(join(aws, "credentials"), clear);
  const { stderr } = await setup(["--yes", "--remove-clear-keys"]);
  expect(stderr).toContain("it was left alone");
  expect(await readFile(join(aws, "credentials"), "utf8")).toBe(clear);
});

test("the profile is written behind a symbolic link, keeping comments and order", async () => {
  const before =
    "# team\n[profile a]\nregion = x\n\n[default]\n# mine\ncredential_process = old.sh\nregion = y\n";
  await writeFile(join(rig.folder, "dotfile"), before);
  await symlink(join(rig.folder, "dotfile"), join(aws, "config"));
  const { stderr } = await setup(["--yes", "--command", "opconnect", "--duration", "12h"]);
  expect(stderr).toContain("That replaces: old.sh");
  expect(await readFile(join(rig.folder, "dotfile"), "utf8")).toBe(
    before.replace(
      "old.sh",
      'opconnect aws-credentials --item "AWS Access Key" --vault Engineering --duration 12h',
    ),
  );
});

test("without a terminal, what is missing is named with its option, and nothing is done", async () => {
  const asked = await setup(["--item", "new", "--yes"]);
  expect(asked.exitCode).toBe(64);
  expect(asked.stderr).toMatch(/"accessKeyId".*--from-stdin/);
  const unconfirmed = await setup([]);
  expect(unconfirmed.exitCode).toBe(64);
  expect(unconfirmed.stderr).toContain("--yes");
  await expect(configured()).rejects.toThrow("ENOENT");
});

test("a profile that assumes a role is not taken over", async () => {
  await writeFile(join(aws, "config"), "[profile x]\nrole_arn = arn:aws:iam::1:role/x\n");
  const { stderr } = await setup(["--yes", "--profile", "x"]);
  expect(stderr).toMatch(/`role_arn`.*\[AWS_PROFILE_INVALID\]/);
});

test("an alias that puts 1Password's plugin in the way is told", async () => {
  const folder = join(rig.folder, "home", ".config", "op");
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, "plugins.sh"),
    'export OP_PLUGIN=1\nalias aws="op plugin run -- aws"\n',
  );
  const { stderr } = await setup(["--yes"]);
  expect(stderr).toMatch(/plugins\.sh:2 makes `aws` run through `op plugin`/);
});

test("status shows profiles, sessions and the last error, and clear drops them", async () => {
  await setup(["--yes"]);
  const config = `${await configured()}\n[profile acme]\nrole_arn = arn:aws:iam::1:role/x\nsource_profile = default\n`;
  await writeFile(join(aws, "config"), config);
  const status = async () =>
    JSON.parse((await rig.opconnect(["aws-credentials", "status", "--json"])).stdout);
  expect(await status()).toEqual([
    {
      profile: "default",
      source: "default",
      item: "AWS Access Key",
      cache: "item",
      session: "valid",
      expires: expect.any(String),
    },
    expect.objectContaining({ profile: "acme", source: "default", session: "valid" }),
  ]);
  const table = await rig.opconnect(["aws-credentials", "status"]);
  expect(table.stdout).toMatch(/^PROFILE +ITEM +CACHE +SESSION +LAST ERROR\n/);
  expect(table.stdout).not.toContain("\u001b");

  const cleared = await rig.opconnect(["aws-credentials", "clear"]);
  expect(cleared.stderr).toContain('1 session of "AWS Access Key" dropped');
  expect(await rig.field("session_cache")).toBeUndefined();
  expect((await rig.opconnect(["aws-credentials", "clear"])).stderr).toContain("No session");

  rig.sts.refusals.push({ status: 403, code: "AccessDenied", message: "Not any more." });
  await rig.credentials();
  const [after] = await status();
  expect(after).toMatchObject({
    session: "none",
    lastError: expect.stringContaining("Not any more."),
  });
});
