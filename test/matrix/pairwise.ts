/**
 * Picks rows that together have each pair of values, of any two columns, that some row has: the one
 * with the most pairs that are still missing first, and the first of equals.
 */
export function pairwise<Row, Column extends keyof Row>(
  rows: readonly Row[],
  columns: readonly Column[],
): readonly Row[] {
  const pairs = new Map(rows.map((row) => [row, pairsOf(row, columns)]));
  const missing = new Set([...pairs.values()].flat());
  const count = (row: Row) => (pairs.get(row) ?? []).filter((pair) => missing.has(pair)).length;
  const picked = new Set<Row>();
  while (missing.size > 0) {
    const [first, ...others] = rows;
    if (first === undefined) break;
    const best = others.reduce((one, other) => (count(other) > count(one) ? other : one), first);
    picked.add(best);
    for (const pair of pairs.get(best) ?? []) missing.delete(pair);
  }
  return rows.filter((row) => picked.has(row));
}

function pairsOf<Row>(row: Row, columns: readonly (keyof Row)[]): readonly string[] {
  return columns.flatMap((one, index) =>
    columns.slice(index + 1).map((other) => {
      return JSON.stringify([one, row[one], other, row[other]]);
    }),
  );
}
