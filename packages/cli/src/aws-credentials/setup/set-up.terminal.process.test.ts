import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import {
  accessKeyId,
  createCredentialsRig,
  otpSecret,
  secretAccessKey,
} from "../../../fixtures/credentials-rig.ts";

/** Gives a program a terminal. Comes with util-linux. */
const terminal = "/usr/bin/script";

test("at a terminal, what is missing is asked for, without echo for what is secret", async () => {
  const rig = await createCredentialsRig();
  onTestFinished(() => rig.remove());
  const main = new URL("../../../dist/main.js", import.meta.url).pathname;
  const command = `'${process.execPath}' '${main}' aws-credentials setup --item new --vault Engineering`;
  const child = spawn(terminal, ["-qec", command, "/dev/null"], {
    env: { ...rig.env, TERM: "xterm" },
  });
  let shown = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    shown += text;
  });
  const answer = async (question: string, text: string) => {
    await expect.poll(() => shown, { timeout: 60_000 }).toContain(question);
    child.stdin.write(`${text}\r`);
  };
  await answer("Access key id:", accessKeyId);
  await answer("Secret access key:", secretAccessKey);
  await answer("ARN of the MFA device:", "arn:aws:iam::123456789012:mfa/fixture");
  await answer("Secret of the MFA device", otpSecret);
  await answer("Go ahead?", "y");
  const exitCode = await new Promise((resolve) => child.once("close", resolve));
  expect(shown.includes(secretAccessKey) || shown.includes(otpSecret)).toBe(false);
  expect(shown).toContain("AWS says: arn:aws:iam::123456789012:user/fixture");
  expect(exitCode).toBe(0);
  const config = await readFile(join(rig.folder, "home", ".aws", "config"), "utf8");
  expect(config).toContain("aws-credentials --item new --vault Engineering");
}, 120_000);
