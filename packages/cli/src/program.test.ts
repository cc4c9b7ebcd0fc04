import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { expect, test } from "vitest";
import manifest from "../package.json" with { type: "json" };
import { createProgram } from "./program.ts";
import { wrongUsage } from "./terminal/failure.ts";

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
  for (const command of ["doctor", "verify", "rotate", "adopt", "orphans", "aws-credentials"]) {
    expect(stdout).toContain(`\n  ${command}`);
  }
  expect(stdout).not.toContain("\u001b");
});

test("the README says of every command what it does", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const named = [...readme.matchAll(/^\| `opconnect ([a-z-]+)/gm)].map(([, name]) => name);
  expect(named.sort()).toEqual(
    createProgram(manifest.version)
      .commands.map((command) => command.name())
      .sort(),
  );
});

test("no command calls an empty list the default of an option", () => {
  const withThoseBelow = (command: Command): readonly Command[] => [
    command,
    ...command.commands.flatMap(withThoseBelow),
  ];
  for (const command of withThoseBelow(createProgram(manifest.version))) {
    expect(command.helpInformation()).not.toContain("[])");
  }
});

/** All commands that do something, as words. */
function commandsOf(command: Command, words: readonly string[] = []): readonly string[][] {
  const below = command.commands.flatMap((each) => commandsOf(each, [...words, each.name()]));
  return below.length > 0 ? [...below] : [[...words]];
}

test.each(commandsOf(createProgram(manifest.version)))(
  "%s %s is called wrongly with another exit code than says changes",
  (...words) => {
    const given = words.filter((word) => word !== undefined);
    const { stdout, stderr, status } = run(...given, "--no-such-option");
    expect({ stdout, status }).toEqual({ stdout: "", status: wrongUsage });
    expect(stderr).toMatch(/unknown option|required option/);
    const help = run(...given, "--help").stdout;
    expect(help).toMatch(/Exit codes:(?=.* 64 wrong usage)(?=.*0 )/s);
    const ragged = help.split("\n").filter((line) => line.length > 80 && !line.startsWith(" "));
    expect(ragged).toEqual([]);
  },
);

test.each([
  [["doctor", "--mend-state", "--json"], "ARGUMENT_INVALID", wrongUsage],
  [["verify", "main", "--watch", "--json"], "ARGUMENT_INVALID", wrongUsage],
  [["verify", "--json"], "ARGUMENT_INVALID", wrongUsage],
  [["doctor", "--json", "--no-such-option"], "ARGUMENT_INVALID", wrongUsage],
  [["status", "--json", "--cwd", "/no/such/folder"], "PROJECT_INVALID", 1],
  [["up", "--reviewed", "no-such-report.json", "--yes", "--json"], "ARGUMENT_INVALID", wrongUsage],
])("%j is told to programs as one object with code and remedy", (args, code, exitCode) => {
  const { stdout, stderr, status } = run(...args);
  const { error } = JSON.parse(stdout);
  expect({ code: error.code, status }).toEqual({ code, status: exitCode });
  expect(error.happened).toMatch(/\w/);
  expect(error.remedy).toMatch(/\w/);
  expect(stderr).toMatch(/\w/);
});

test.each([[["nonsense"]], [["--nonsense"]], [["aws-credentials", "nonsense"]]])(
  "%j is a wrong call",
  (args) => {
    const { stdout, stderr, status } = run(...args);
    expect({ stdout, status }).toEqual({ stdout: "", status: wrongUsage });
    expect(stderr).toContain("--help");
  },
);

test.each([
  [["rotate", "", "--yes"]],
  [["rotate", " ", "--yes"]],
  [["rotate", "acme-prod", "--yes", "--token", ""]],
  [["rotate", "acme-prod", "--yes", "--cwd", ""]],
  [["doctor", ""]],
  [["doctor", "--region", ""]],
  [["adopt", ""]],
  [["adopt", "acme/prod", "--server="]],
  [["adopt", "acme/prod", "--vault", "app=x", "--vault", ""]],
  [["orphans", ""]],
  [["orphans", "one", ""]],
  [["orphans", "--delete", "--yes", "--client", ""]],
  [["aws-credentials", "--item", ""]],
  [["aws-credentials", "setup", "--profile", ""]],
  [["aws-credentials", "clear", "--item", ""]],
])("%j, from a variable that is not set, is a wrong call", (args) => {
  const { stdout, stderr, status } = run(...args);
  expect({ stdout, status }).toEqual({ stdout: "", status: wrongUsage });
  expect(stderr).toMatch(/^opconnect: .*\[ARGUMENT_INVALID\]\n$/);
});

test.each([
  [["adopt", "acme/prod", "--connect-url", "connect"], "--connect-url"],
  [["preview", "--shard", "3/2"], "shard"],
  [["preview", "--parallel", "0"], "--parallel"],
  [["preview", "--base", "main"], "--base"],
  [["preview", "--timeout", "soon"], "--timeout"],
  [["drift", "--shard", "2"], "shard"],
  [["up", "--reviewed", "no-such-report.json", "--yes"], "no-such-report.json"],
  [["report", "merge", "no-such-report.json", "--json", "-"], "no-such-report.json"],
  [["adopt", "acme/prod", "--connect-url", "file:///etc/passwd"], "--connect-url"],
  [["adopt", "acme/prod/x"], "acme/prod/x"],
  [["adopt", "acme/prod", "--vault", "app"], "--vault"],
  [["adopt", "acme/prod", "--template", "vaults={client}"], "vaults"],
  [["orphans", "--settled", "soon"], "--settled"],
  [["orphans", "--region", "Frankfurt"], "region"],
  [["doctor", "--role-arn", "x"], "--role-arn"],
  [["rotate", "acme-prod", "--cwd"], "--cwd"],
])("%j is a wrong call that is named", (args, named) => {
  const { stdout, stderr, status } = run(...args);
  expect({ stdout, status }).toEqual({ stdout: "", status: wrongUsage });
  expect(stderr).toContain(named);
  expect(stderr).not.toContain("unexpected");
});
