import type { GivenChart } from "../harness/act/chart.ts";
import type { Cell } from "./cell.ts";

/** A stack that goes from chart to chart, and in a cluster with two environments another one beside it. */
export interface Stack {
  /**
   * Takes it to the chart of a cell and tries there all that the cell stands for.
   * @throws an Error that says what was not so.
   */
  tryCell(cell: Cell, chart: GivenChart): Promise<readonly Measured[]>;
  /**
   * Takes it down.
   * @throws an Error that says what was left.
   */
  close(): Promise<void>;
}

/** Something that was measured, by something else of the same run. */
export interface Measured {
  readonly figure: "edit" | "rotation";
  readonly ratio: number;
}
