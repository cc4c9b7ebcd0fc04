import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { injectFailure } from "@opconnect/sandbox";
import { expect, type TestContext, test } from "vitest";
import { startProcessSampler } from "../../../../../test/harness/secret-scan/process-sampler.ts";
import {
  type CredentialsRig,
  createCredentialsRig,
  type ProgramEnd,
  secretAccessKey,
} from "../../../fixtures/credentials-rig.ts";
import { stillRunning } from "../../../fixtures/still-running.ts";

// What is waited for here is mostly the next one-time password: every test has a rig of its own, and
// all but the busiest wait at the same time.
async function newRig({ onTestFinished }: TestContext): Promise<CredentialsRig> {
  const rig = await createCredentialsRig();
  onTestFinished(async () => {
    // A killed helper leaves its `op`, which hangs.
    for (const pid of await stillRunning(rig.opHome)) process.kill(Number(pid), "SIGKILL");
    await rig.remove();
  });
  return rig;
}

const helpers = (rig: CredentialsRig, count: number, ...args: readonly string[]) =>
  Promise.all(Array.from({ length: count }, () => rig.credentials(...args)));

function keysOf(ends: readonly ProgramEnd[]): readonly string[] {
  expect(ends.filter(({ exitCode }) => exitCode !== 0)).toEqual([]);
  return [...new Set(ends.map(({ stdout }) => JSON.parse(stdout).AccessKeyId))];
}

test("fifty helpers at once make one session with one one-time password", async (context) => {
  const rig = await newRig(context);
  const sampler = await startProcessSampler();
  const ends = await helpers(rig, 50, "--timeout", "4m");
  const processes = await sampler.stop();

  expect(keysOf(ends)).toEqual(["ASIAFIXTURE000000001"]);
  expect(rig.sts.calls).toHaveLength(1);
  const calls = await rig.newOpCalls();
  expect(calls.filter(({ argv }) => argv[1] === "edit")).toHaveLength(1);
  expect(calls.filter(({ secretInArguments }) => secretInArguments)).toEqual([]);
  expect(processes.length).toBeGreaterThan(50);
  const code = rig.sts.calls[0]?.parameters.TokenCode ?? "";
  const secrets = [...(await rig.secrets()), secretAccessKey];
  for (const { args, environment } of processes) {
    const texts = [...args, ...environment].join("\n");
    expect(secrets.filter((secret) => texts.includes(secret))).toEqual([]);
    expect(args).not.toContain(code);
  }
  const home = join(rig.folder, "home");
  const entries = await readdir(home, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  expect(files.length).toBeGreaterThan(0);
  for (const { parentPath, name } of files) {
    const text = await readFile(join(parentPath, name), "utf8");
    expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
  }
}, 300_000);

test.concurrent.for([
  { when: "before STS answers", moment: "sts" },
  { when: "while it reads the item again", moment: "get" },
  { when: "before it writes the item", moment: "edit-before" },
  { when: "when the item is written", moment: "edit-after" },
] as const)(
  "whoever renews may be killed $when: the others answer",
  { timeout: 180_000 },
  async ({ moment }, context) => {
    const rig = await newRig(context);
    let reached = () => {};
    const isReached = new Promise<void>((resolve) => {
      reached = resolve;
    });
    let isFirst = true;
    rig.sts.beforeAnswer = async () => {
      if (!isFirst) return;
      isFirst = false;
      if (moment === "get") await injectFailure(rig.opHome, { match: "item get", kind: "hang" });
      if (moment.startsWith("edit-")) {
        const when = moment === "edit-before" ? "before" : "after";
        await injectFailure(rig.opHome, { match: "item edit", kind: "hang", when });
      }
      reached();
      if (moment === "sts") await new Promise((resolve) => setTimeout(resolve, 20_000));
    };
    const { child, end } = rig.start([]);
    await isReached;
    // The others must not run into what is meant for the first.
    const failures = () => readFile(join(rig.opHome, "failures.json"), "utf8").catch(() => "[]");
    await expect.poll(failures, { timeout: 30_000 }).toBe("[]");
    const others = helpers(rig, 4);
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    child.kill("SIGKILL");
    const killedAt = Date.now();
    expect((await end).signal).toBe("SIGKILL");
    const ends = await others;
    // The code that was used must not be used again: the next may be half a minute away; the rest is for a busy machine.
    expect(Date.now() - killedAt).toBeLessThan(90_000);
    expect(keysOf(ends)).toHaveLength(1);
    const codes = rig.sts.calls.map(({ parameters }) => parameters.TokenCode);
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes.length).toBeLessThanOrEqual(2);
    expect(keysOf([await rig.credentials()])).toEqual(keysOf(ends));
  },
);

test.concurrent("a failure is told to all who waited, after one attempt", async (context) => {
  const rig = await newRig(context);
  const refusal = { status: 403, code: "AccessDenied", message: "No." };
  rig.sts.refusals.push(refusal, refusal, refusal, refusal, refusal);
  rig.sts.beforeAnswer = () => new Promise((resolve) => setTimeout(resolve, 6_000));
  const ends = await helpers(rig, 5);
  expect(ends.map(({ exitCode }) => exitCode)).toEqual([1, 1, 1, 1, 1]);
  for (const { stdout, stderr } of ends) {
    expect(stdout).toBe("");
    expect(stderr).toContain("[AWS_STS_DENIED]");
  }
  expect(rig.sts.calls).toHaveLength(1);
}, 120_000);

test.concurrent("a second session within the same half minute waits for the next code", async (context) => {
  const rig = await newRig(context);
  await rig.credentials("--cache", "none");
  const { stderr, exitCode } = await rig.credentials("--cache", "none");
  expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
  const codes = rig.sts.calls.map(({ parameters }) => parameters.TokenCode);
  expect(new Set(codes).size).toBe(2);
}, 120_000);

test.concurrent("a code that somebody else has used is followed by the next, once", async (context) => {
  const rig = await newRig(context);
  const message = "MultiFactorAuthentication failed with invalid MFA one time pass code. ";
  rig.sts.refusals.push({ status: 403, code: "AccessDenied", message });
  const { stdout, stderr, exitCode } = await rig.credentials();
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout).AccessKeyId).toBe("ASIAFIXTURE000000001");
  expect(stderr).toContain("waiting for the next");
  const codes = rig.sts.calls.map(({ parameters }) => parameters.TokenCode);
  expect(new Set(codes).size).toBe(2);
}, 120_000);

test.concurrent("a wrong one-time password is refused after the second, with the clock's part in it", async (context) => {
  const rig = await newRig(context);
  const item = await rig.readItem();
  const fields = item.fields.map((field) =>
    field.type === "OTP" ? { ...field, value: "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU" } : field,
  );
  await rig.op(["item", "edit", rig.itemId], JSON.stringify({ ...item, fields }));
  rig.sts.setClock(120);
  const { stdout, stderr, exitCode } = await rig.credentials();
  expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 1 });
  expect(stderr).toMatch(/clock is 1(19|20|21) seconds slow.*\[AWS_OTP_REFUSED\]/);
  expect(rig.sts.calls).toHaveLength(2);
}, 120_000);

test.concurrent("a clock that is far off is made up for, and told", async (context) => {
  const rig = await newRig(context);
  rig.sts.setClock(900);
  const first = await rig.credentials("--no-mfa");
  expect(first.exitCode).toBe(0);
  expect(first.stderr).toMatch(/clock is (899|90[01]) seconds slow; set it right/);
  const kept = JSON.parse(first.stdout);
  expect(Date.parse(kept.Expiration) - Date.now()).toBeGreaterThan(4_000_000);
  // The session looks good for 15 minutes more than it is.
  rig.sts.sessionSeconds = 910;
  await rig.opconnect(["aws-credentials", "clear", "--item", rig.itemId]);
  await rig.credentials("--no-mfa");
  const before = rig.sts.calls.length;
  await rig.credentials("--no-mfa", "--margin", "950s");
  expect(rig.sts.calls.length).toBeGreaterThan(before);
}, 120_000);

test.concurrent("what AWS has ended is neither handed out nor used where the clock is known to be slow", async (context) => {
  const rig = await newRig(context);
  rig.sts.sessionSeconds = 7_200;
  await rig.credentials();
  rig.sts.setClock(3 * 3_600);
  rig.sts.sessionSeconds = -3_600;
  const ended = await rig.credentials("--no-mfa");
  expect(ended.stderr).toMatch(/clock is 1(0799|080[01]) seconds slow; set it right/);
  const message = "User is not authorized.";
  // Where a clock is off, the SDK asks again.
  rig.sts.refusals.push(...Array(4).fill({ status: 403, code: "AccessDenied", message }));
  expect(await rig.credentials("--no-mfa")).toMatchObject({ stdout: "", exitCode: 1 });
  rig.sts.refusals.length = 0;
  const role = ["--role-arn", "arn:aws:iam::999999999999:role/Deploy"];
  const { stdout, stderr, exitCode } = await rig.credentials(...role);
  expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 1 });
  expect(stderr).toMatch(/seconds slow.*\[AWS_OTP_REFUSED\]/);
  expect(rig.sts.calls.map(({ action }) => action)).not.toContain("AssumeRole");
}, 120_000);

test.concurrent("nobody who waits stays behind when the time is up", async (context) => {
  const rig = await newRig(context);
  rig.sts.beforeAnswer = () => new Promise((resolve) => setTimeout(resolve, 30_000));
  const ends = await helpers(rig, 4, "--timeout", "4s");
  expect(ends.map(({ exitCode }) => exitCode)).toEqual([1, 1, 1, 1]);
  expect(await stillRunning(rig.opHome)).toEqual([]);
}, 120_000);
