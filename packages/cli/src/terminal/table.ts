import { stripVTControlCharacters } from "node:util";
import { tinted } from "./style.ts";

/**
 * Renders rows under their headings, in columns as wide as their longest cell. Without borders, so
 * that a column can be cut out by a shell.
 */
export function renderTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  stream?: NodeJS.WriteStream,
): string {
  const lines = [headings.map((heading) => tinted(heading, "heading", stream)), ...rows];
  const widths = headings.map((_, at) => Math.max(...lines.map((cells) => shownLength(cells[at]))));
  const padded = (cell: string, at: number) =>
    cell + " ".repeat(Math.max(0, (widths[at] ?? 0) - shownLength(cell)));
  return lines.map((cells) => `${cells.map(padded).join("  ").trimEnd()}\n`).join("");
}

function shownLength(cell = ""): number {
  return stripVTControlCharacters(cell).length;
}
