/** Columns as `op` prints lists for people: heading in capitals, four spaces between. */
export function renderTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  if (rows.length === 0) return "";
  const lines = [headings, ...rows];
  const widths = headings.map((_, column) =>
    Math.max(...lines.map((line) => (line[column] ?? "").length)),
  );
  return lines
    .map((line) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("    "))
    .map((line) => line.trimEnd())
    .join("\n");
}

/** One `Name: value` per line, values aligned. */
export function renderRecord(entries: Readonly<Record<string, string | number>>): string {
  const width = Math.max(...Object.keys(entries).map((name) => name.length)) + 1;
  return Object.entries(entries)
    .map(([name, value]) => `${`${name}:`.padEnd(width)}    ${value}`)
    .join("\n");
}
