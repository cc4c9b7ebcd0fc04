import { access, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import {
  createScriptedOp,
  type ScriptedOp,
  tellsWho,
} from "../../../fixtures/fakes/scripted-op.ts";
import { isRefused } from "../refusal.ts";
import { createOpRunner, type OpRunOptions } from "./runner.ts";

// Starting processes takes long on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let op: ScriptedOp | undefined;

afterEach(async () => {
  await op?.remove();
  op = undefined;
});

async function runnerOf(...lines: readonly string[]) {
  op = await createScriptedOp(...lines);
  return op;
}

const createRun = (options: OpRunOptions) => createOpRunner(options).run;

const call = { args: ["vault", "list"], purpose: "list the vaults" };

test("an op that is found only from the current folder is not run", async () => {
  const { env } = await runnerOf("echo meant for others");
  const PATH = relative(process.cwd(), env.PATH ?? "");
  await expect(createRun({ env: { ...env, PATH } })(call)).rejects.toThrow("[OP_NOT_INSTALLED]");
});

test("op gets its arguments and the account, and what it prints comes back", async () => {
  const { env } = await runnerOf('echo "$@"');
  const run = createRun({ env, account: "acme.1password.com" });
  expect(await run(call)).toBe("vault list --account acme.1password.com");
});

test("op inherits nothing but what it was given", async () => {
  const { env } = await runnerOf("env");
  const ambient = { ...env, OP_SERVICE_ACCOUNT_TOKEN: "ops_fixture", OP_ACCOUNT: "acme" };
  const printed = await createRun({ env: ambient })(call);
  expect(printed).toContain("OP_ACCOUNT=acme");
  expect(printed).toContain("OP_CACHE=false");
  expect(printed).not.toContain("OP_SERVICE_ACCOUNT_TOKEN");
  expect(printed).not.toContain("VITEST");
});

test("op finds nothing on stdin", async () => {
  const { env } = await runnerOf("cat; echo end");
  expect(await createRun({ env })(call)).toBe("end");
});

test("no op on PATH is an error of its own", async () => {
  const run = createRun({ env: { PATH: "/nonexistent" } });
  await expect(run(call)).rejects.toMatchObject({ code: "OP_NOT_INSTALLED" });
});

test("an error of op is told by its text", async () => {
  const { env } = await runnerOf(
    "echo '[ERROR] 2026/01/02 10:00:00 account is not signed in' >&2",
    "exit 1",
  );
  await expect(createRun({ env })(call)).rejects.toMatchObject({
    code: "OP_NOT_SIGNED_IN",
  });
});

describe.each([
  ["no session", "Sie sind nicht angemeldet."],
  ["a limit of calls", "Slow down, please."],
  ["a firewall", "(403) Forbidden: your organisation does not want you here"],
])("in words that nobody has recorded, %s", (_, text) => {
  const mint = { args: ["connect", "server", "create", "x"], purpose: "create the server" };

  test("is no refusal where op does not tell who is signed in either", async () => {
    const { env } = await runnerOf(`echo '[ERROR] 2026/01/02 10:00:00 ${text}' >&2`, "exit 1");
    for (const each of [call, mint]) {
      const error = await createRun({ env })(each).catch((caught: unknown) => caught);
      expect(error).toMatchObject({ code: "OP_UNAVAILABLE" });
      expect(String(error)).toContain(text);
      expect(String(error)).toMatch(/op signin.*network.*too many calls/);
      expect(isRefused(error)).toBe(false);
    }
  });

  test("is a refusal where op tells who is signed in", async () => {
    const { env } = await runnerOf(
      tellsWho,
      `echo '[ERROR] 2026/01/02 10:00:00 ${text}' >&2`,
      "exit 1",
    );
    for (const each of [call, mint]) {
      const error = await createRun({ env })(each).catch((caught: unknown) => caught);
      expect(error).toMatchObject({ code: expect.not.stringMatching("OP_UNAVAILABLE") });
      expect(isRefused(error)).toBe(true);
    }
  });
});

test("exit code 0 with nothing but a complaint is an error", async () => {
  const { env } = await runnerOf(tellsWho, "echo 'server error 1234' >&2");
  await expect(createRun({ env })(call)).rejects.toMatchObject({ code: "OP_FAILED" });
});

test("exit code 0 with nothing but a warning is an empty answer", async () => {
  const { env } = await runnerOf("echo '[WARNING] 2026/01/02 10:00:00 op is old' >&2");
  expect(await createRun({ env })(call)).toBe("");
});

test("a command that prints nothing may speak on stderr, except of errors", async () => {
  const { env } = await runnerOf("echo 'Deleted.' >&2");
  expect(await createRun({ env })({ ...call, silent: true })).toBe("");
});

test("an op that waits for ever is ended", async () => {
  const { env } = await runnerOf("exec sleep 60");
  const run = createRun({ env, timeoutMs: 200 });
  await expect(run(call)).rejects.toMatchObject({ code: "OP_TIMED_OUT" });
});

test("an abort ends the running op and refuses the next", async () => {
  const { env } = await runnerOf("exec sleep 60");
  const controller = new AbortController();
  const run = createRun({ env, signal: controller.signal });
  const running = run(call);
  setTimeout(() => controller.abort(), 100);
  await expect(running).rejects.toMatchObject({ name: "AbortError" });
  await expect(run(call)).rejects.toMatchObject({ name: "AbortError" });
});

test("changes wait for each other, also those of another adapter", async () => {
  const { env, folder } = await runnerOf(
    '[ -e "$TMPDIR/busy" ] && echo collision >> "$TMPDIR/log"',
    'touch "$TMPDIR/busy"; sleep 0.1; rm "$TMPDIR/busy"',
  );
  const [one, other] = [createRun({ env }), createRun({ env })];
  await Promise.all([one, other, one].map((run) => run({ ...call, changes: true })));
  await expect(access(join(folder, "log"))).rejects.toMatchObject({ code: "ENOENT" });
});

test("a failed change does not hold up the next", async () => {
  const { env, folder } = await runnerOf(
    tellsWho,
    'echo ran >> "$TMPDIR/log"',
    'echo "[ERROR] failed" >&2; exit 1',
  );
  const run = createRun({ env });
  const both = await Promise.allSettled([1, 2].map(() => run({ ...call, changes: true })));
  expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(await readFile(join(folder, "log"), "utf8")).toBe("ran\nran\n");
});

test("who is signed out beside a service account cannot mint, and nobody is asked who it is", async () => {
  const { env, folder } = await runnerOf(
    'echo "$1" >> "$TMPDIR/log"',
    "echo '[ERROR] 2026/01/02 10:00:00 account is not signed in' >&2; exit 1",
  );
  const run = createRun({ env: { ...env, OP_SERVICE_ACCOUNT_TOKEN: "ops_fixture" } });
  await expect(run(call)).rejects.toMatchObject({ code: "OP_CANNOT_MINT" });
  expect(await readFile(join(folder, "log"), "utf8")).toBe("vault\n");
});
