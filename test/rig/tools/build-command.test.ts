import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { runBuildCommand } from "./build-command.ts";

const remedy = "Install it from example.com.";

test("a build command returns what it printed, and sees the variables given", async () => {
  const args = ["-c", "echo $FIXTURE"];
  const env = { FIXTURE: "given" };
  const output = await runBuildCommand({ command: "sh", args, cwd: tmpdir(), env, remedy });
  expect(output).toBe("given\n");
});

test("a command that is not installed is answered with the remedy", async () => {
  const build = { command: "opconnect-missing", args: [], cwd: tmpdir(), remedy };
  await expect(runBuildCommand(build)).rejects.toThrow(
    "`opconnect-missing` is not installed. Install it from example.com.",
  );
});

test("a command that fails shows its exit status and its last words", async () => {
  const build = {
    command: "sh",
    args: ["-c", "echo no network >&2; exit 3"],
    cwd: tmpdir(),
    remedy,
  };
  await expect(runBuildCommand(build)).rejects.toThrow(/exit 3.*\nno network/);
});
