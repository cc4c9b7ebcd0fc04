import { expect, test } from "vitest";
import { chartForSuites } from "../harness/act/chart.ts";
import { rig } from "../harness/rig-lane.ts";
import { type Cell, describeCell } from "../matrix/cell.ts";
import { runMatrix, type Tried } from "../matrix/run-matrix.ts";

/** A chart of each generation, and each other value twice; `npm run test:matrix` tries all. */
const sample: readonly Cell[] = [
  { chart: "1.17.0", signIn: "Connect", watches: "all", environments: "two" },
  { chart: "2.1.1", signIn: "service account", watches: "list", environments: "two" },
  { chart: "2.3.0", signIn: "service account", watches: "all", environments: "one" },
  { chart: "2.4.1", signIn: "Connect", watches: "list", environments: "one" },
];

// On charts between, with the newest operator: see `chartForSuites`.
test.each(sample.map((cell) => [describeCell(cell), cell] as const))("%s", async (_, cell) => {
  const tried: Tried[] = [];
  const name = `matrix${sample.indexOf(cell)}`;
  const onTried = (one: Tried) => tried.push(one);
  await runMatrix([rig], [cell], { name, chartOf: chartForSuites, onTried });
  expect(tried.map(({ complaint }) => complaint)).toEqual([undefined, undefined]);
});
