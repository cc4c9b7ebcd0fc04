import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { renderCommandLine, splitCommandLine } from "./command-line.ts";

test.each([
  ["linux", ["opconnect", "--item", "AWS Access Key"], 'opconnect --item "AWS Access Key"'],
  ["darwin", ["/Applications/My App/opconnect", "x"], '"/Applications/My App/opconnect" x'],
  ["linux", ["it's", 'a "$x"'], `"it's" 'a "$x"'`],
  ["linux", ["it's $5"], `'it'"'"'s $5'`],
  ["win32", ["C:\\Program Files\\opconnect.cmd", "x"], '"C:\\Program Files\\opconnect.cmd" x'],
  ["win32", ["it's"], `"it's"`],
] as const)("on %s, %j is written as %s", (platform, words, line) => {
  expect(renderCommandLine(words, platform)).toBe(line);
});

test.each([
  ["win32", '12"'],
  ["win32", "100%"],
  ["linux", "AWS #1"],
  ["linux", "; x"],
  ["linux", "two\nlines"],
] as const)("on %s, %j cannot be written for all tools", (platform, word) => {
  expect(() => renderCommandLine([word], platform)).toThrow("[AWS_PROFILE_INVALID]");
});

test("what is written is split into the same words, by us and by a shell", () => {
  const word = fc
    .string({ minLength: 1, unit: fc.constantFrom(..."aB1 '\"$`\\!%-_/") })
    .filter((text) => text.trim() !== "");
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 3 }), (words) => {
      const line = renderCommandLine(words, "linux");
      expect(splitCommandLine(line)).toEqual(words);
      const script = `printf '%s\\0' ${line}`;
      const printed = execFileSync("/bin/sh", ["-c", script], { encoding: "utf8" });
      expect(printed.split("\0").slice(0, -1)).toEqual(words);
    }),
    { numRuns: 60 },
  );
});

test("a quote that is not closed, before many backslashes, ends the line", () => {
  expect(splitCommandLine(`x "${"\\\\".repeat(500)}`)).toEqual(["x"]);
});
