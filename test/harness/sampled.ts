/**
 * Rows of a table that `npm test` tries: every third, from the first on, as each takes the engine some
 * ten seconds. All of them in `npm run test:e2e`.
 */
export function sampled<Row>(rows: readonly Row[]): Row[] {
  return rows.filter((_, index) => process.env.OPCONNECT_SAMPLE !== "true" || index % 3 === 0);
}
