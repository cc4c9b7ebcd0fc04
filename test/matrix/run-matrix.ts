import { performance } from "node:perf_hooks";
import type { GivenChart } from "../harness/act/chart.ts";
import { type Cell, chainsOf } from "./cell.ts";
import { openConnectStack } from "./connect.ts";
import type { MatrixRig } from "./environment.ts";
import { openServiceAccountStack } from "./service-account.ts";
import type { Measured, Stack } from "./stack.ts";

/** What came of a cell, or of taking a stack down that cells were tried on. */
export interface Tried {
  readonly cell: Cell;
  readonly isEnd: boolean;
  /** Why it did not hold. */
  readonly complaint?: string;
  readonly measured: readonly Measured[];
  readonly seconds: number;
}

export interface MatrixOptions {
  /** Start of the clients' names. */
  readonly name: string;
  /** The chart of a version, with the operator that it is to run. */
  readonly chartOf: (rig: MatrixRig, version: string) => Promise<GivenChart>;
  readonly onTried: (tried: Tried) => void;
}

/**
 * Tries cells, a stack of them on each rig at a time: an operator that watches all namespaces has to
 * have the cluster to itself. Where a cell did not hold, another stack goes on in its place.
 */
export async function runMatrix(
  rigs: readonly MatrixRig[],
  cells: readonly Cell[],
  options: MatrixOptions,
): Promise<void> {
  const waiting = chainsOf(cells).map((chain, index) => ({
    chain,
    name: `${options.name}${index}`,
  }));
  async function tryInTurn(rig: MatrixRig): Promise<void> {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      await tryChain(rig, next.chain, { ...options, name: next.name });
    }
  }
  await Promise.all(rigs.map(tryInTurn));
}

async function tryChain(
  rig: MatrixRig,
  chain: readonly Cell[],
  { name, chartOf, onTried }: MatrixOptions,
): Promise<void> {
  let stack: Stack | undefined;
  let made = 0;
  for (const [index, cell] of chain.entries()) {
    const tried = await attempt(cell, async () => {
      const chart = await chartOf(rig, cell.chart);
      made += stack === undefined ? 1 : 0;
      const open = cell.signIn === "Connect" ? openConnectStack : openServiceAccountStack;
      stack ??= await open(rig, `${name}s${made}`, cell);
      return stack.tryCell(cell, chart);
    });
    onTried(tried);
    const isLast = index === chain.length - 1;
    if (stack === undefined || (tried.complaint === undefined && !isLast)) continue;
    const ended = stack;
    stack = undefined;
    const end = await attempt(cell, () => ended.close().then(() => []));
    // One that did not hold may well not go either.
    if (tried.complaint === undefined) onTried({ ...end, isEnd: true });
  }
}

async function attempt(cell: Cell, work: () => Promise<readonly Measured[]>): Promise<Tried> {
  const startedAt = performance.now();
  const seconds = () => (performance.now() - startedAt) / 1000;
  try {
    return { cell, isEnd: false, measured: await work(), seconds: seconds() };
  } catch (error) {
    const complaint = error instanceof Error ? error.message : String(error);
    return { cell, isEnd: false, complaint, measured: [], seconds: seconds() };
  }
}
