import { chartFacts, supportedChartVersions } from "@opconnect/core";
import { expect, test } from "vitest";
import { cellsOf, chainsOf, describeCell, differentCharts, sampleOf } from "./cell.ts";

const cells = cellsOf(supportedChartVersions);

test("each chart is tried in each way that it knows, once", () => {
  expect(cells).toHaveLength(14 * 4 + 12 * 4);
  expect(new Set(cells.map(describeCell)).size).toBe(cells.length);
  const withAccount = cells.filter(({ signIn }) => signIn === "service account");
  expect(withAccount.filter(({ chart }) => chart.startsWith("1."))).toEqual([]);
});

test("the charts that differ have every operator, in each form of the credentials", () => {
  const operators = (charts: readonly string[]) =>
    new Set(charts.map((chart) => chartFacts(chart).operatorVersion));
  expect(differentCharts.filter((chart) => !supportedChartVersions.includes(chart))).toEqual([]);
  expect(operators(differentCharts)).toEqual(operators(supportedChartVersions));
});

test("a stack goes through the charts in their order, and nothing else of it changes", () => {
  const chains = chainsOf(cells);
  expect(chains.map((chain) => chain.map(({ chart }) => chart))).toEqual([
    ...Array.from({ length: 4 }, () => supportedChartVersions),
    ...Array.from({ length: 4 }, () => supportedChartVersions.slice(2)),
  ]);
  for (const chain of chains) {
    expect(new Set(chain.map((cell) => describeCell({ ...cell, chart: "" }))).size).toBe(1);
  }
});

test("a sample has each pair of values, is always the same, and is much smaller", () => {
  const sample = sampleOf(cells);
  expect(pairsIn(sample)).toEqual(pairsIn(cells));
  expect(sampleOf(cells)).toEqual(sample);
  expect(sample.length).toBeLessThan(cells.length / 3);
});

function pairsIn(rows: typeof cells): ReadonlySet<string> {
  return new Set(
    rows.flatMap((row) => {
      const values = Object.entries(row).map(String);
      return values.flatMap((one) => values.map((other) => [one, other].sort().join(" ")));
    }),
  );
}
