import { afterEach, beforeEach, expect, test } from "vitest";
import { type CredentialsRig, createCredentialsRig } from "../../../fixtures/credentials-rig.ts";
import { base64, inSeconds, scriptedSession } from "../../../fixtures/scripted-session.ts";

let rig: CredentialsRig;
beforeEach(async () => {
  rig = await createCredentialsRig();
});
afterEach(() => rig.remove());

test.each([
  ["+00:00", (time: string) => time.replace(/\.\d+Z$/, "+00:00")],
  ["fractions", (time: string) => time],
  ["Z", (time: string) => time.replace(/\.\d+Z$/, "Z")],
])("a session that a script wrote with %s is used", async (_, form) => {
  await rig.setField("session_cache", base64(scriptedSession(form(inSeconds(3_000)))));
  const { stdout, stderr } = await rig.credentials();
  expect(stderr).toBe("");
  expect(JSON.parse(stdout)).toMatchObject({ AccessKeyId: "ASIACACHEDCACHED0000" });
  expect(JSON.parse(stdout).Expiration).toMatch(/^[\dT:-]{19}Z$/);
  expect(rig.sts.calls).toEqual([]);
});

test("the answer of STS, pretty and wrapped as base64 does it, is used", async () => {
  const { Version: _, ...Credentials } = JSON.parse(scriptedSession(inSeconds(3_000)));
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
  ["half a session", base64(scriptedSession(inSeconds(3_000)).slice(0, 80))],
  ["a session without an end", base64('{"AccessKeyId":"A","SecretAccessKey":"B"}')],
  ["a session that has ended", base64(scriptedSession(inSeconds(-1)))],
  ["a session within the margin", base64(scriptedSession(inSeconds(25)))],
])("%s leads to a new session", async (_, value) => {
  await rig.setField("session_cache", value);
  const { stdout, stderr } = await rig.credentials();
  expect(stderr).toBe("");
  expect(JSON.parse(stdout).AccessKeyId).toBe("ASIAFIXTURE000000001");
  const fields = (await rig.readItem()).fields.filter(({ label }) => label === "session_cache");
  expect(fields).toHaveLength(1);
});

test("the old session is handed out while it is good if there is no new one", async () => {
  await rig.setField("session_cache", base64(scriptedSession(inSeconds(600))));
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
