import { counted } from "@opconnect/core/counted";
import type { FleetStack, PreviewProgress, StackReport } from "@opconnect/fleet";
import { createLogUpdate } from "log-update";
import { marks, tinted } from "../terminal/style.ts";

/** Shows how far a preview is: a table that moves on a terminal, a line for each stack elsewhere. */
export function showProgress(stream: NodeJS.WriteStream): PreviewProgress & { end(): void } {
  const isLive = stream.isTTY && !process.env.CI;
  return isLive ? showTable(stream) : showLines(stream);
}

function showLines(stream: NodeJS.WriteStream): PreviewProgress & { end(): void } {
  const tally = new Tally();
  return {
    onPlan: (stacks) => {
      tally.all = stacks.length;
      stream.write(`Previewing ${counted(stacks.length, "stack")}\n`);
    },
    onEnd: (report) => {
      tally.add(report);
      stream.write(`[${tally.done}/${tally.all}] ${lineOf(report, stream)}\n`);
    },
    end: () => {},
  };
}

function showTable(stream: NodeJS.WriteStream): PreviewProgress & { end(): void } {
  const tally = new Tally();
  const update = createLogUpdate(stream);
  const running = new Map<string, number>();
  const render = () => {
    const lines = [...running].map(([stack, since]) => {
      return `${tinted("…", "skipped", stream)} ${stack}  ${Math.round((Date.now() - since) / 1000)}s`;
    });
    const isReady = lines.length > 0 || tally.done > 0 || timer === undefined;
    const first = isReady ? lines : [`${tinted("…", "skipped", stream)} getting the program ready`];
    update([...first, ...tally.lines(stream.columns)].join("\n"));
  };
  let timer: NodeJS.Timeout | undefined;
  return {
    onPlan: (stacks) => {
      if (stacks.length === 0) return;
      tally.all = stacks.length;
      timer = setInterval(render, 500);
      render();
    },
    onStart: ({ name }: FleetStack) => {
      running.set(name, Date.now());
      render();
    },
    onEnd: (report) => {
      running.delete(report.stack);
      tally.add(report);
      if (report.outcome !== "unchanged") update.persist(lineOf(report, stream));
      render();
    },
    end: () => {
      if (timer === undefined) return;
      clearInterval(timer);
      timer = undefined;
      running.clear();
      render();
      update.done();
    },
  };
}

/** How many stacks there are of each outcome so far. */
class Tally {
  all = 0;
  readonly #counts = { unchanged: 0, changed: 0, failed: 0 };

  get done(): number {
    return Object.values(this.#counts).reduce((sum, count) => sum + count, 0);
  }

  add({ outcome }: StackReport): void {
    this.#counts[outcome] += 1;
  }

  /** On one line, or on two where that is too long for the terminal. */
  lines(columns: number): readonly string[] {
    const whole = `${this.done} of ${counted(this.all, "stack")}`;
    const { changed, failed, unchanged } = this.#counts;
    const parts = Object.entries({ changed, failed, unchanged })
      .filter(([, count]) => count > 0)
      .map(([outcome, count]) => `${count} ${outcome}`)
      .join(", ");
    if (parts === "") return [whole];
    const line = `${whole}: ${parts}`;
    return line.length < columns ? [line] : [whole, parts];
  }
}

function lineOf(
  { stack, outcome, steps, outputs, problems }: StackReport,
  stream: NodeJS.WriteStream,
) {
  if (outcome === "failed") {
    const [problem] = problems;
    const why = problem === undefined ? "failed" : `${problem.happened} [${problem.code}]`;
    return `${tinted(marks.failed, "failed", stream)} ${stack}  ${why}`;
  }
  if (outcome === "unchanged") return `${tinted(marks.ok, "ok", stream)} ${stack}  no change`;
  const what =
    steps.length > 0 ? counted(steps.length, "change") : counted(outputs.length, "output");
  return `${tinted(marks.warning, "warning", stream)} ${stack}  ${what}`;
}
