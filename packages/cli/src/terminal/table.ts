import { stripVTControlCharacters } from "node:util";
import { type TextStream, tinted } from "./style.ts";

/**
 * Renders rows under their headings, in columns as wide as their longest cell. Without borders, so
 * that a column can be cut out by a shell.
 */
export function renderTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  stream: TextStream,
): string {
  const heads = headings.map((heading) => tinted(heading, "heading", stream));
  const lines = [heads, ...rows];
  const widths = headings.map((_, at) =>
    Math.max(...lines.map((cells) => shownLength(cells[at] ?? ""))),
  );
  return lines
    .map(
      (cells) =>
        `${cells
          .map((cell, at) => padded(cell, widths[at] ?? 0))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}

function padded(cell: string, width: number): string {
  return cell + " ".repeat(Math.max(0, width - shownLength(cell)));
}

function shownLength(text: string): number {
  return stripVTControlCharacters(text).length;
}
