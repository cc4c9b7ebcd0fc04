import { pairwise } from "./pairwise.ts";

/** One way in which an environment can be run. */
export interface Cell {
  /** Version of the chart. */
  readonly chart: string;
  /** What the operator signs in with. */
  readonly signIn: "Connect" | "service account";
  /** Which namespaces the operator watches. */
  readonly watches: "all" | "list";
  /** How many environments the cluster has. */
  readonly environments: "one" | "two";
}

/** Charts whose templates or whose operator are others than those of the one before. */
export const differentCharts: readonly string[] = [
  ...["1.17.0", "2.0.1", "2.0.5", "2.1.1"],
  ...["2.2.1", "2.3.0", "2.4.0", "2.4.1"],
];

/** All ways that there are with some charts, chart after chart in each of the other ways. */
export function cellsOf(charts: readonly string[]): readonly Cell[] {
  return (["Connect", "service account"] as const).flatMap((signIn) =>
    (["list", "all"] as const).flatMap((watches) =>
      (["one", "two"] as const).flatMap((environments) =>
        charts
          .filter((chart) => signIn === "Connect" || knowsServiceAccounts(chart))
          .map((chart) => ({ chart, signIn, watches, environments })),
      ),
    ),
  );
}

/** Few cells that have each pair of any two of their values at least once. Always the same ones. */
export function sampleOf(cells: readonly Cell[]): readonly Cell[] {
  return pairwise(cells, ["chart", "signIn", "watches", "environments"]);
}

/** Cells by stack, each of which goes from chart to chart. */
export function chainsOf(cells: readonly Cell[]): readonly (readonly Cell[])[] {
  const chains = new Map<string, Cell[]>();
  for (const cell of cells) {
    const { chart: _, ...others } = cell;
    const key = JSON.stringify(others);
    chains.set(key, [...(chains.get(key) ?? []), cell]);
  }
  return [...chains.values()];
}

/** A cell in words. */
export function describeCell({ chart, signIn, watches, environments }: Cell): string {
  const watched = watches === "all" ? "all namespaces" : "a list of namespaces";
  const number = environments === "one" ? "one environment" : "two environments";
  return `chart ${chart}, ${signIn}, ${watched}, ${number}`;
}

function knowsServiceAccounts(chart: string): boolean {
  return !chart.startsWith("1.");
}
