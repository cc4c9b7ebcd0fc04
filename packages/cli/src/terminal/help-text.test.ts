import { Command } from "commander";
import { expect, test } from "vitest";
import { helpText } from "./help-text.ts";

const shown = (text: string, columns = 80) => {
  const command = new Command("look").configureOutput({ getOutHelpWidth: () => columns });
  return helpText(text)({ error: false, command });
};

const text = `
It changes nothing, and reads no value of an item. What 1Password has
it asks.

Exit codes: 0 all right · 1 something is wrong · 64 wrong usage
`;

test("paragraphs are broken at the width of the terminal, and exit codes between each other", () => {
  expect(shown(text, 40)).toBe(`
It changes nothing, and reads no value
of an item. What 1Password has it asks.

Exit codes: 0 all right
· 1 something is wrong · 64 wrong usage`);
  const command = new Command("look");
  expect(helpText(text)({ error: false, command })).toContain(
    "\nExit codes: 0 all right · 1 something is wrong · 64 wrong usage",
  );
});

test("what is to be copied stays as it is", () => {
  const example = `  command = ${"x".repeat(90)}`;
  expect(shown(`In a file:\n\n  [default]\n${example}\n`)).toBe(
    `\nIn a file:\n\n  [default]\n${example}`,
  );
});
