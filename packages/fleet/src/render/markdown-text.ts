import { onOneLine } from "./step-lines.ts";

/** What keeps a sign from being read together with what follows; it cannot be seen. */
const apart = "\u200B";

/**
 * Text from a program as Markdown that says exactly that: no markup, no HTML, no mention of a person
 * and no reference to an issue, on GitHub as on GitLab, whatever stands in it.
 */
export function plainMarkdown(text: string): string {
  return onOneLine(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replace(/[\\`*_{}[\]()+|]/g, (sign) => `\\${sign}`)
    .replace(/[@#!~%$^]/g, (sign) => `${sign === "~" || sign === "#" ? "\\" : ""}${sign}${apart}`)
    .replace(/:\/\//g, `:${apart}//`)
    .replace(/\bwww\./gi, (www) => `${www.slice(0, 3)}${apart}.`);
}

/**
 * As {@link plainMarkdown}, but that what stands between backticks, such as a command, is code. There
 * nothing else is markup either, whoever wrote it.
 */
export function markdownWords(text: string): string {
  return onOneLine(text)
    .split(/(?<!`)(`[^`]+`)(?!`)/)
    .map((part, index) => (index % 2 === 1 ? part : plainMarkdown(part)))
    .join("");
}

/** Lines of text as a block of code that nothing in them ends. */
export function codeBlock(lines: readonly string[], language: string): string {
  const text = lines.map(onOneLine).join("\n");
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(Math.max(3, longest + 1));
  return `${fence}${language}\n${text}\n${fence}`;
}
