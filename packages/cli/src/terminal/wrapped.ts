import { wrapAnsi } from "fast-wrap-ansi";

/**
 * Breaks a text into lines that fit beside an indent. A word that is longer than a line, a command
 * to copy for one, is never broken.
 */
export function wrapped(text: string, indent: number, columns = 100): string {
  const words = text.trim().replaceAll(/\s+/g, " ");
  return wrapAnsi(words, Math.max(30, columns - indent)).replaceAll(
    "\n",
    `\n${" ".repeat(indent)}`,
  );
}
