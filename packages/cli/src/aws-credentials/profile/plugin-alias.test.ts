import { expect, test } from "vitest";
import { parsePluginAliases } from "./plugin-alias.ts";

test("aliases of 1Password's plugins are found, in the spelling of each shell", () => {
  const text = [
    "export OP_PLUGIN_ALIASES_SOURCED=1",
    'alias aws="op plugin run -- aws"',
    "  alias gh='op plugin run -- gh'",
    'alias cdk "op plugin run -- cdk"',
    '# alias aws="op plugin run -- aws"',
    "alias ll='ls -l'",
  ].join("\n");
  expect(parsePluginAliases(text)).toEqual([
    { line: 2, command: "aws" },
    { line: 3, command: "gh" },
    { line: 4, command: "cdk" },
  ]);
});
