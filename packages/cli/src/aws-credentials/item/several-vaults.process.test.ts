import { chmod, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { addServiceAccount } from "@opconnect/sandbox";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  accessKeyId,
  type CredentialsRig,
  createCredentialsRig,
  otpSecret,
  secretAccessKey,
} from "../../../fixtures/credentials-rig.ts";

let rig: CredentialsRig;
/** Runs a command as a service account with two vaults, which has to name the one of an item. */
let opconnect: (...args: readonly string[]) => ReturnType<CredentialsRig["opconnect"]>;
beforeEach(async () => {
  rig = await createCredentialsRig();
  await rig.op(["vault", "create", "Other"]);
  const rights = ["read_items", "write_items"];
  const vaults = { Engineering: rights, Other: rights };
  const token = await addServiceAccount(rig.opHome, { name: "ci", vaults });
  await rig.newOpCalls();
  opconnect = (...args) => {
    const words = ["aws-credentials", ...args, "--vault", "Engineering"];
    return rig.opconnect(words, { OP_SERVICE_ACCOUNT_TOKEN: token }, secrets);
  };
});
afterEach(() => rig.remove());

const mfaSerial = "arn:aws:iam::123456789012:mfa/fixture";
const oneTimePassword = otpSecret;
const secrets = JSON.stringify({ accessKeyId, secretAccessKey, mfaSerial, oneTimePassword });
const item = ["--item", "AWS Access Key"];

test("a session is kept for the next call, and cleared", async () => {
  const first = await opconnect(...item, "--no-mfa");
  expect(first).toMatchObject({ stderr: "", exitCode: 0 });
  expect(await opconnect(...item, "--no-mfa")).toEqual(first);
  expect(rig.sts.calls).toHaveLength(1);
  expect((await opconnect("clear", ...item)).stderr).toContain("1 session of");
  const { vault } = JSON.parse(await rig.op(["item", "get", rig.itemId, "--format", "json"]));
  for (const { argv } of (await rig.newOpCalls()).slice(0, -1)) {
    const named = argv[argv.indexOf("--vault") + 1];
    expect(named, argv.join(" ")).toBe(argv.includes(rig.itemId) ? vault.id : "Engineering");
  }
});

test("an op that prints the code only by itself is told the vault too", async () => {
  const [op, real] = [join(rig.folder, "bin", "op"), join(rig.folder, "bin", "op-real")];
  await rename(op, real);
  const script = `#!/bin/sh\noutput=$('${real}' "$@") || exit\nprintf '%s\\n' "$output" | sed 's/"totp":/"gone":/'\n`;
  await writeFile(op, script);
  await chmod(op, 0o755);
  expect(await opconnect(...item)).toMatchObject({ stderr: "", exitCode: 0 });
  const calls = await rig.newOpCalls();
  expect(calls.filter(({ argv }) => argv.includes("--otp"))).not.toEqual([]);
});

test("an item is set up, and one that lacks something is completed", async () => {
  const made = await opconnect("setup", "--item", "new", "--from-stdin", "--yes");
  expect(made.exitCode, made.stderr).toBe(0);
  const fields = [{ id: "key", type: "STRING", label: "Access Key ID", value: accessKeyId }];
  const sparse = { title: "sparse", category: "API_CREDENTIAL", fields };
  await rig.op(["item", "create", "--vault", "Engineering", "-"], JSON.stringify(sparse));
  const words = ["--item", "sparse", "--from-stdin", "--yes", "--no-mfa"];
  const completed = await opconnect("setup", ...words);
  expect(completed.exitCode, completed.stderr).toBe(0);
  expect(completed.stderr).toContain('Put into the item "sparse"');
});
