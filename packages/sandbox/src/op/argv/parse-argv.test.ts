import { expect, test } from "vitest";
import type { OpCommand } from "../op-command.ts";
import { nothing } from "../op-command.ts";
import { opVersion, parseArgv } from "./parse-argv.ts";

const commands: readonly OpCommand[] = [
  { name: "vault list", flags: ["--permission <permissions>"], run: () => nothing },
  { name: "connect server delete", args: "<server>", run: () => nothing },
  {
    name: "connect server create",
    args: "<name>",
    flags: ["--vaults <v>", "-f, --force"],
    run: () => nothing,
  },
];

function parse(...argv: string[]) {
  const parsed = parseArgv(argv, commands);
  if ("text" in parsed) throw new Error(parsed.text);
  return parsed;
}

test.each([
  [["--format", "json", "vault", "list"]],
  [["vault", "--format", "json", "ls"]],
  [["vault", "list", "--format=json", "--cache=false"]],
  [["--cache", "vault", "list", "--format", "json", "--no-color"]],
])("global flags are found anywhere: %j", (argv) => {
  const { command, options } = parse(...argv);
  expect([command.name, options.text("format")]).toEqual(["vault list", "json"]);
});

test("delete is also called remove and rm", () => {
  for (const verb of ["delete", "remove", "rm"]) {
    expect(parse("connect", "server", verb, "acme").command.name).toBe("connect server delete");
  }
});

test("lists are separated by commas, repeated, or both", () => {
  const { options, args } = parse(
    ..."connect server create acme --vaults a,b --vaults c --force".split(" "),
  );
  expect([args, options.list("vaults"), options.flag("force")]).toEqual([
    ["acme"],
    ["a", "b", "c"],
    true,
  ]);
});

test("the version is printed as digits only", () => {
  expect(parseArgv(["--version"], commands)).toEqual({ text: `${opVersion}\n` });
});

test("a group without its command prints its help", () => {
  expect(parseArgv(["connect"], commands)).toEqual({ text: expect.stringContaining("server") });
});

test.each([
  [["foo"], 'unknown command "foo" for "op"'],
  [["connect", "credentials", "get"], 'unknown command "credentials" for "op"'],
  [["vault", "list", "--bogus"], "unknown flag: --bogus"],
  [["vault", "list", "--permission"], "flag needs an argument: --permission"],
  [["connect", "server", "create"], "accepts 1 arg(s), received 0"],
  [["connect", "server", "delete", "a", "b"], "accepts 1 arg(s), received 2"],
])("%j is refused in the words of cobra", (argv, text) => {
  expect(() => parseArgv(argv, commands)).toThrow(text);
});
