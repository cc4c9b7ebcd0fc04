import { expect, test } from "vitest";
import { wrapped } from "./wrapped.ts";

test("a text is broken between words, and a word that is too long is left whole", () => {
  const link = "https://example.com/".padEnd(60, "x");
  const lines = ["See", link, "for more of it, word by word", "by word"];
  expect(wrapped(lines.join(" "), 2, 32)).toBe(lines.join("\n  "));
});
