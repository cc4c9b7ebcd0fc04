import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { message, newSandbox } from "../../fixtures/sandbox.ts";
import {
  addServiceAccount,
  clearFailures,
  injectFailure,
  listSecrets,
  readCallLog,
} from "../index.ts";

test("calls are logged with arguments, caller, exit code and the names of their variables", async () => {
  const { op, home } = await newSandbox();
  await op(["vault", "list"], { env: { OP_FORMAT: "json", OTHER: "x" } });
  await op(["vault", "get", "nowhere"]);
  expect(await readCallLog(home)).toEqual([
    {
      id: expect.any(String),
      argv: ["vault", "list"],
      secretInArguments: false,
      environment: ["OP_FORMAT"],
      actor: "person owner@example.com",
      exitCode: 0,
      startedAt: expect.any(String),
      endedAt: expect.any(String),
    },
    expect.objectContaining({ argv: ["vault", "get", "nowhere"], exitCode: 1 }),
  ]);
});

test("a caller that puts a secret on the command line is found out, and the secret not logged", async () => {
  const { op, home } = await newSandbox();
  await op(["item", "create", "--category", "login", "password=fixture-password"]);
  const token = await addServiceAccount(home, { name: "ci" });
  await op(["vault", "list"], { env: { OP_SERVICE_ACCOUNT_TOKEN: token } });
  const calls = await readCallLog(home);
  expect(calls.map(({ secretInArguments }) => secretInArguments)).toEqual([true, false]);
  expect(calls[1]).toMatchObject({
    actor: "service account ci",
    environment: ["OP_SERVICE_ACCOUNT_TOKEN"],
  });
  const log = await readFile(join(home, "call-log.jsonl"), "utf8");
  for (const secret of await listSecrets(home)) expect(log).not.toContain(secret);
});

test("an account that was never called has an empty log", async () => {
  const { home } = await newSandbox();
  expect(await readCallLog(home)).toEqual([]);
});

test("an error may come before the work or after it", async () => {
  const { op, home, json } = await newSandbox();
  const exit = { kind: "exit", exitCode: 1, message: "connection reset by peer" } as const;
  await injectFailure(home, { match: "vault create", ...exit });
  await injectFailure(home, { match: "vault create late", ...exit, when: "after" });
  const { exitCode, stdout, stderr } = await op(["vault", "create", "early"]);
  expect([exitCode, stdout, message(stderr)]).toEqual([1, "", "connection reset by peer"]);
  expect((await op(["vault", "create", "late"])).exitCode).toBe(1);
  const names = (await json<{ name: string }[]>("vault", "list")).map(({ name }) => name);
  expect(names).toContain("late");
  expect(names).not.toContain("early");
});

test("an error with exit code 0 is one of older versions", async () => {
  const { op, home } = await newSandbox();
  await injectFailure(home, { match: "vault list", kind: "exit", exitCode: 0, message: "odd" });
  const { exitCode, stdout, stderr } = await op(["vault", "list"]);
  expect([exitCode, stdout, message(stderr)]).toEqual([0, "", "odd"]);
});

test("rate limits, text before the output and delays are had on demand", async () => {
  const { op, home } = await newSandbox();
  await injectFailure(home, { match: "vault list", kind: "rate-limit" });
  expect(message((await op(["vault", "list"])).stderr)).toBe(
    "Too many requests. Your client has been rate-limited.",
  );
  await injectFailure(home, { match: "vault list", kind: "text-before-output", text: "Hello" });
  await injectFailure(home, { match: "vault list", kind: "delay", delayMs: 60 });
  const before = Date.now();
  expect((await op(["vault", "list", "--format", "json"])).stdout).toMatch(/^Hello\n\[/);
  expect(Date.now() - before).toBeGreaterThanOrEqual(55);
});

test("a failure strikes other commands as little as it strikes after it was cleared", async () => {
  const { op, home } = await newSandbox();
  await injectFailure(home, { match: "vault", kind: "rate-limit", times: 5 });
  expect((await op(["whoami"])).exitCode).toBe(0);
  expect((await op(["vault", "list"])).exitCode).toBe(1);
  await clearFailures(home);
  expect((await op(["vault", "list"])).exitCode).toBe(0);
});
