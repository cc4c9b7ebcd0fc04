import width from "fast-string-width";
import { wrapAnsi } from "fast-wrap-ansi";
import { tinted } from "./style.ts";

type Row = readonly string[];

/**
 * Renders rows under their headings, in columns as wide as their widest cell. Without borders, so
 * that a column can be cut out by a shell. The last cell of a row takes what room there is beside
 * the others: at a terminal it is broken into lines there, and where there is next to none, each row
 * becomes a list of its cells.
 */
export function renderTable(
  headings: Row,
  rows: readonly Row[],
  stream: NodeJS.WriteStream = process.stdout,
): string {
  const columns = stream.isTTY === true ? stream.columns : Number.POSITIVE_INFINITY;
  const tintedHeadings = headings.map((heading) => tinted(heading, "heading", stream));
  const lines = [tintedHeadings, ...rows];
  const widths = headings.map((_, at) =>
    Math.max(...lines.map((cells) => (isLast(cells, at) ? 0 : width(cells[at] ?? "")))),
  );
  const table = lines.map((cells) => renderRow(cells, widths, columns));
  const isTooWide = table.some((row) => row.split("\n").some((line) => width(line) > columns));
  return (isTooWide ? rows.map((cells) => renderList(tintedHeadings, cells)) : table).join("");
}

/** Whether a cell is the last of its row that says something. */
function isLast(cells: Row, at: number): boolean {
  return at >= lastOf(cells);
}

function lastOf(cells: Row): number {
  return cells.findLastIndex((cell) => cell !== "");
}

/** A last cell that takes less than this is no text to read. */
const narrowest = 20;

function renderRow(cells: Row, widths: readonly number[], columns: number): string {
  const last = lastOf(cells);
  const before = cells
    .slice(0, Math.max(0, last))
    .map((cell, at) => `${cell}${" ".repeat((widths[at] ?? 0) - width(cell))}  `)
    .join("");
  const indent = width(before);
  const room = Math.max(narrowest, columns - indent);
  const text = cells[last] ?? "";
  const told = width(text) <= room ? text : wrapAnsi(text, room);
  return `${before}${told.replaceAll("\n", `\n${" ".repeat(indent)}`)}\n`;
}

function renderList(headings: Row, cells: Row): string {
  const told = cells.flatMap((cell, at) => (cell === "" ? [] : [`${headings[at]} ${cell}`.trim()]));
  return `${told.join("\n")}\n\n`;
}
