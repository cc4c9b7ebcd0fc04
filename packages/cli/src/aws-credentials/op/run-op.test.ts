import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { runOp } from "./run-op.ts";

async function folderWith(name: string, script: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "run op's "));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, name), 0o755);
  return folder;
}

const call = { args: ["whoami"], purpose: "tell who you are" };
const { signal } = new AbortController();

test("in WSL, op of Windows does where there is no other", async () => {
  const folder = await folderWith("op.exe", 'echo "windows $1"');
  const env = { PATH: `${folder}:/bin`, WSL_DISTRO_NAME: "Ubuntu" };
  expect(await runOp(call, { env, signal })).toBe("windows whoami\n");
  const outside = { PATH: env.PATH };
  await expect(runOp(call, { env: outside, signal })).rejects.toThrow("[OP_NOT_INSTALLED]");
});

test("an op that is found only from the current folder is not run", async () => {
  const folder = await folderWith("op", "echo meant for others");
  const env = { PATH: `.:${relative(process.cwd(), folder)}:/bin` };
  await expect(runOp(call, { env, signal })).rejects.toThrow("[OP_NOT_INSTALLED]");
});

test("in CI op is kept from the desktop app, which would wait for a person", async () => {
  const folder = await folderWith(
    "op",
    'echo "$OP_BIOMETRIC_UNLOCK_ENABLED $OP_LOAD_DESKTOP_APP_SETTINGS"',
  );
  const env = { PATH: `${folder}:/bin` };
  expect(await runOp(call, { env, signal })).toBe(" \n");
  expect(await runOp(call, { env: { ...env, CI: "true" }, signal })).toBe("false false\n");
  const wanted = { ...env, CI: "true", OP_BIOMETRIC_UNLOCK_ENABLED: "true" };
  expect(await runOp(call, { env: wanted, signal })).toBe("true false\n");
});

test("the account and what is to be read are handed on", async () => {
  const folder = await folderWith("op", 'echo "$@"; cat');
  const env = { PATH: `${folder}:/bin` };
  const settings = { env, signal, account: "my.1password.com" };
  expect(await runOp({ ...call, stdin: "text" }, settings)).toBe(
    "whoami --account my.1password.com\ntext",
  );
});

test("op asks 1Password instead of its cache where that is wanted", async () => {
  const folder = await folderWith("op", 'echo "$OP_CACHE"');
  const settings = { env: { PATH: `${folder}:/bin`, OP_CACHE: "true" }, signal };
  expect(await runOp(call, settings)).toBe("true\n");
  expect(await runOp({ ...call, fresh: true }, settings)).toBe("false\n");
});

test("an op that leaves with 0 after an error has failed", async () => {
  const folder = await folderWith("op", 'echo "[ERROR] 2026/01/02 10:00:00 lost" >&2');
  const settings = { env: { PATH: `${folder}:/bin` }, signal };
  await expect(runOp(call, settings)).rejects.toThrow("`op` could not tell who you are: lost");
});

test("a secret that op quotes is left out of the error", async () => {
  const secret = `ops_${"eyJzaWduSW4".repeat(4)}`;
  const folder = await folderWith("op", `echo "bad token ${secret}" >&2; exit 1`);
  const settings = { env: { PATH: `${folder}:/bin` }, signal };
  await expect(runOp(call, settings)).rejects.toThrow("bad token <redacted>");
});
