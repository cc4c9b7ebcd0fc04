import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, test, vi } from "vitest";
import { newSandbox, type SandboxFixture } from "../fixtures/sandbox.ts";
import { injectFailure, readCallLog } from "./index.ts";

// Starting processes takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const cli = fileURLToPath(new URL("cli.ts", import.meta.url));
const path = { PATH: process.env.PATH ?? "" };

/** Starts `opconnect-sandbox` in a process of its own. */
function start(
  { home, cwd }: SandboxFixture,
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ChildProcessByStdio<null, Readable, Readable> {
  return spawn(process.execPath, [cli, ...argv], {
    cwd,
    env: { ...path, OPCONNECT_SANDBOX_HOME: home, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

async function ending(child: ChildProcessByStdio<Writable | null, Readable, Readable>) {
  const outputs = Promise.all([text(child.stdout), text(child.stderr)]);
  const [exitCode, signal] = await once(child, "close");
  const [stdout, stderr] = await outputs;
  return { exitCode, signal, stdout, stderr };
}

test("separate processes see one account", async () => {
  const sandbox = await newSandbox();
  const made = await ending(start(sandbox, ["op", "vault", "create", "app"]));
  expect(made).toMatchObject({ exitCode: 0, stderr: "" });
  const seen = await ending(start(sandbox, ["op", "vault", "get", "app", "--format", "json"]));
  expect(JSON.parse(seen.stdout)).toMatchObject({ name: "app" });
});

test("processes that write at once lose nothing", async () => {
  const sandbox = await newSandbox();
  const names = Array.from({ length: 6 }, (_, at) => `vault-${at}`);
  const children = names.map((name) => start(sandbox, ["op", "vault", "create", name]));
  const codes = await Promise.all(children.map(ending));
  expect(codes.map(({ exitCode }) => exitCode)).toEqual(names.map(() => 0));
  const vaults = await sandbox.json<{ name: string }[]>("vault", "list");
  expect(vaults.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
  expect(await readCallLog(sandbox.home)).toHaveLength(7);
});

test.each([
  ["before", []],
  ["after", ["app"]],
] as const)("a process killed %s its work leaves %j", async (when, left) => {
  const sandbox = await newSandbox();
  await injectFailure(sandbox.home, { match: "vault create", kind: "kill", when });
  const { signal, stdout } = await ending(start(sandbox, ["op", "vault", "create", "app"]));
  expect([signal, stdout]).toEqual(["SIGKILL", ""]);
  const vaults = await sandbox.json<{ name: string }[]>("vault", "list");
  expect(vaults.map(({ name }) => name).filter((name) => name === "app")).toEqual(left);
  const [call] = await readCallLog(sandbox.home);
  expect(call).not.toHaveProperty("exitCode");
});

test("a process that hangs ends with the signal of its caller", async () => {
  const sandbox = await newSandbox();
  await injectFailure(sandbox.home, { match: "vault list", kind: "hang" });
  const child = start(sandbox, ["op", "vault", "list"]);
  const ended = ending(child);
  while ((await readCallLog(sandbox.home)).length === 0) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(child.exitCode).toBeNull();
  child.kill("SIGTERM");
  expect(await ended).toMatchObject({ signal: "SIGTERM", stdout: "" });
});

test("JSON is taken from a pipe", async () => {
  const sandbox = await newSandbox();
  const { home, cwd } = sandbox;
  const argv = [cli, "op", "item", "create", "--vault", "Private", "--category", "login", "-"];
  const child = spawn(process.execPath, argv, {
    cwd,
    env: { ...path, OPCONNECT_SANDBOX_HOME: home },
  });
  child.stdin.end(JSON.stringify({ title: "piped" }));
  expect((await ending(child)).exitCode).toBe(0);
  expect(await sandbox.json("item", "get", "piped")).toMatchObject({ title: "piped" });
});

test("Connect is served as the container would be started, until SIGTERM", async () => {
  const sandbox = await newSandbox();
  await sandbox.text("vault", "create", "app");
  await sandbox.text("connect", "server", "create", "acme", "--vaults", "app");
  const argv = ["connect", "token", "create", "t", "--server", "acme", "--vault", "app,r"];
  const token = await sandbox.text(...argv);
  const file = await readFile(join(sandbox.cwd, "1password-credentials.json"), "utf8");
  const child = start(sandbox, ["connect"], { OP_HTTP_PORT: "0", OP_SESSION: btoa(file) });
  const [line] = await once(child.stdout, "data");
  const [, address] = /listening on (\S+:\d+)/.exec(JSON.parse(String(line)).log_message) ?? [];
  const headers = { Authorization: `Bearer ${token}` };
  const response = await fetch(`http://${address}/v1/vaults`, { headers });
  expect(await response.json()).toMatchObject([{ name: "app" }]);
  child.kill("SIGTERM");
  expect(await ending(child)).toMatchObject({ exitCode: 0 });
});

test("without a home folder the emulator says what to set", async () => {
  const sandbox = await newSandbox();
  const { exitCode, stderr } = await ending(
    start(sandbox, ["op", "vault", "list"], { OPCONNECT_SANDBOX_HOME: "" }),
  );
  expect(exitCode).toBe(70);
  expect(stderr).toContain("Set OPCONNECT_SANDBOX_HOME");
});
