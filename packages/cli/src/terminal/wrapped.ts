import { stripVTControlCharacters } from "node:util";

/**
 * Breaks a text into lines that fit beside an indent. A word that is longer than a line, a command
 * to copy for one, is never broken.
 */
export function wrapped(text: string, indent: number, columns = 100): string {
  const width = Math.max(30, columns - indent);
  const lines: string[] = [];
  for (const word of text.trim().split(/\s+/)) {
    const line = lines.at(-1);
    const joined = `${line} ${word}`;
    if (line === undefined || stripVTControlCharacters(joined).length > width) lines.push(word);
    else lines[lines.length - 1] = joined;
  }
  return lines.join(`\n${" ".repeat(indent)}`);
}
