import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { atTerminal, controlC, controlD, enter } from "../../../fixtures/at-terminal.ts";
import {
  accessKeyId,
  type CredentialsRig,
  createCredentialsRig,
  otpSecret,
  secretAccessKey,
} from "../../../fixtures/credentials-rig.ts";

vi.setConfig({ testTimeout: 120_000 });

let rig: CredentialsRig;
beforeEach(async () => {
  rig = await createCredentialsRig();
});
afterEach(() => rig.remove());

const mfaSerial = "arn:aws:iam::123456789012:mfa/fixture";
const setup = (...words: readonly string[]) =>
  atTerminal(["aws-credentials", "setup", "--vault", "Engineering", ...words], rig.env);
const configured = () =>
  readFile(join(rig.folder, "home", ".aws", "config"), "utf8").catch(() => "");

test("what is missing is asked for, without echo for what is secret", async () => {
  const { answer, shown, exitCode } = setup("--item", "new");
  await answer("Access key id:", `not a key${enter}`);
  await answer("20 capital letters", `\u0015${accessKeyId}${enter}`);
  await answer("Secret access key:", `cut/off${enter}`);
  await answer("is 40 letters", `${secretAccessKey}${enter}`);
  await answer("ARN of the MFA device:", `${mfaSerial}${enter}`);
  await answer("Secret of the MFA device", `123456${enter}`);
  await answer("This is a code.", `${otpSecret}${enter}`);
  await answer("Go ahead?", `y${enter}`);
  expect(await exitCode).toBe(0);
  expect(shown()).toContain("AWS says: arn:aws:iam::123456789012:user/fixture");
  for (const secret of [secretAccessKey, otpSecret, "cut/off"]) {
    expect(shown()).not.toContain(secret);
  }
  expect(await configured()).toContain("aws-credentials --item new --vault Engineering");
});

test.each([
  ["^C", controlC],
  ["^D", controlD],
])("%s at a question ends it quietly, and is no answer", async (_, keys) => {
  const asking = setup("--item", "new");
  await asking.answer("Access key id:", keys);
  expect(await asking.exitCode).toBe(130);
  expect(asking.shown()).not.toContain("unexpected");
  const confirming = setup("--item", "AWS Access Key");
  await confirming.answer("Go ahead?", keys);
  expect(await confirming.exitCode).toBe(130);
  expect(confirming.shown()).not.toContain("Nothing was changed");
  expect(await configured()).toBe("");
});

test("what the item has, and cannot be right, is offered to be corrected", async () => {
  await rig.setField("access key id", "not a key");
  const { answer, shown, exitCode } = setup("--item", rig.itemId);
  await answer("Correct it?", enter);
  await answer("Access key id:", `${accessKeyId}${enter}`);
  await answer("Go ahead?", `y${enter}`);
  expect(await exitCode).toBe(0);
  expect(shown()).toContain("Put into the item");
  expect(await rig.field("access key id")).toBe(accessKeyId);
});

test("what AWS refuses is offered to be corrected, and tried again", async () => {
  const message = "The security token included in the request is invalid.";
  rig.sts.refusals.push({ status: 403, code: "InvalidClientTokenId", message });
  await rig.setField("access key id", "AKIAGONEGONEGONEGONE");
  const { answer, shown, exitCode } = setup("--item", rig.itemId);
  await answer("Go ahead?", `y${enter}`);
  await answer("Correct that in the item", `y${enter}`);
  await answer("Access key id:", `${accessKeyId}${enter}`);
  await answer("Secret access key:", `${secretAccessKey}${enter}`);
  expect(await exitCode).toBe(0);
  expect(shown()).toContain("[AWS_STS_DENIED]");
  const { fields } = await rig.readItem();
  const ids = fields.filter(({ label }) => label === "access key id");
  expect(ids).toEqual([expect.objectContaining({ value: accessKeyId })]);
});
