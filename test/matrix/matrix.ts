import { parseArgs } from "node:util";
import { chartFacts, supportedChartVersions } from "@opconnect/core";
import { chartWithOwnOperator } from "../harness/act/chart.ts";
import { rigChart } from "../harness/act/environment-config.ts";
import { printProgress } from "../rig/progress.ts";
import { type Rig, startRig } from "../rig/rig.ts";
import { cellsOf, describeCell, differentCharts, sampleOf } from "./cell.ts";
import { renderFigures } from "./figures.ts";
import { runMatrix, type Tried } from "./run-matrix.ts";

const usage = `Usage: npm run test:matrix [-- --sample | --all] [--only TEXT]

Tries every chart that differs with the operator that it brings, signed in by Connect and by a service
account, watching all namespaces and a list, alone in the cluster and beside another environment. In
each cell an item arrives as a Secret, an edit arrives, server and token are rotated, an edit arrives
again, the item goes and takes the Secret along, and no request of the operator was denied. With a
service account it ends where the operator calls 1Password: the token is exchanged instead.

  --sample     few cells that have each pair of values once; always the same ones
  --all        all charts that are known, also those that differ in nothing that is deployed
  --only TEXT  only cells whose name contains it, e.g. "chart 2.2.1, Connect"
  --list       only print the cells
  --lanes N    rigs side by side; 2 by default
  -h, --help   show this
`;

const { values: options } = parseArgs({
  options: {
    sample: { type: "boolean", default: false },
    all: { type: "boolean", default: false },
    only: { type: "string", default: "" },
    list: { type: "boolean", default: false },
    lanes: { type: "string", default: "2" },
    help: { type: "boolean", short: "h" },
  },
});
const charts = options.all ? supportedChartVersions : differentCharts;
if (options.help) process.stdout.write(usage);
else if (options.list) for (const cell of picked(charts)) say(describeCell(cell));
else await tryAll();

async function tryAll(): Promise<void> {
  const rigs: Rig[] = [];
  try {
    for (let lane = 0; lane < Number(options.lanes); lane += 1) {
      rigs.push(await startRig({ progress: printProgress(), dayMs: 10_000 }));
    }
    // A developer's own chart may be one that is not known yet.
    const given = rigs[0] === undefined ? undefined : rigChart(rigs[0]).version;
    const isNew = given !== undefined && !chartFacts(given).isKnown;
    const cells = picked(isNew ? [...charts, given] : charts);
    const tried: Tried[] = [];
    await runMatrix(rigs, cells, {
      name: "cell",
      chartOf: chartWithOwnOperator,
      onTried(one) {
        tried.push(one);
        sayTried(one);
      },
    });
    for (const line of renderFigures(tried.flatMap(({ measured }) => measured))) say(line);
    const failed = tried.filter(({ complaint }) => complaint !== undefined);
    for (const one of failed) say(`FAILED ${nameOf(one)}`);
    const held = tried.filter(({ isEnd, complaint }) => !isEnd && complaint === undefined);
    say(`matrix: ${cells.length} cells, ${held.length} held`);
    process.exitCode =
      cells.length > 0 && held.length === cells.length && failed.length === 0 ? 0 : 1;
  } finally {
    await Promise.all(rigs.map((rig) => rig.stop()));
  }
}

function picked(versions: readonly string[]) {
  const cells = cellsOf(versions);
  const sample = options.sample ? sampleOf(cells) : cells;
  return sample.filter((cell) => describeCell(cell).includes(options.only));
}

function sayTried(tried: Tried): void {
  const { complaint, seconds } = tried;
  say(
    `${complaint === undefined ? "held  " : "FAILED"} ${nameOf(tried)} (${seconds.toFixed(0)} s)`,
  );
  for (const line of complaint?.trim().split("\n") ?? []) say(`       ${line}`);
}

function nameOf({ cell, isEnd }: Tried): string {
  return isEnd ? `the destroy after ${describeCell(cell)}` : describeCell(cell);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
