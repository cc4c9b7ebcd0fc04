import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import manifest from "../package.json" with { type: "json" };

const main = new URL("../dist/main.js", import.meta.url).pathname;
const run = (...args: readonly string[]) =>
  spawnSync(process.execPath, [main, ...args], { encoding: "utf8" });

test("the version is that of the package", () => {
  expect(run("--version").stdout).toBe(`${manifest.version}\n`);
});

test("the help lists every command, without colours where there is no terminal", () => {
  const { stdout, status } = run("--help");
  expect(status).toBe(0);
  expect(stdout).toMatch(/^Usage: opconnect/);
  for (const command of ["doctor", "rotate", "adopt", "orphans", "aws-credentials"]) {
    expect(stdout).toContain(`\n  ${command}`);
  }
  expect(stdout).not.toContain("\u001b");
});

test.each([[["nonsense"]], [["--nonsense"]], [["aws-credentials", "nonsense"]]])(
  "%j is a wrong call",
  (args) => {
    const { stdout, stderr, status } = run(...args);
    expect({ stdout, status }).toEqual({ stdout: "", status: 2 });
    expect(stderr).toContain("--help");
  },
);
