/** What happens to one step of a start: building a tool, starting a process. */
export interface ProgressEvent {
  /** The step as a reader sees it, e.g. `"build etcd 3.6.5"`. */
  readonly step: string;
  readonly state: "started" | "note" | "done" | "failed";
  /** What the step has to say, e.g. `"waiting for another run"`. */
  readonly text?: string;
  /** Time since the step started; absent on `"started"`. */
  readonly seconds?: number;
}

export type ReportProgress = (event: ProgressEvent) => void;

/** Runs one step and reports its beginning, its notes and its end. */
export async function runStep<T>(
  report: ReportProgress,
  step: string,
  work: (note: (text: string) => void) => Promise<T>,
): Promise<T> {
  const startedAt = performance.now();
  const seconds = () => (performance.now() - startedAt) / 1000;
  report({ step, state: "started" });
  try {
    const result = await work((text) => report({ step, state: "note", text, seconds: seconds() }));
    report({ step, state: "done", seconds: seconds() });
    return result;
  } catch (error) {
    report({ step, state: "failed", seconds: seconds() });
    throw error;
  }
}

/** What of a terminal's stream progress needs. */
export type ProgressStream = Pick<NodeJS.WriteStream, "write" | "columns" | "isTTY">;

/** Prints progress: one live line with the elapsed time on a terminal, plain lines elsewhere. */
export function printProgress(stream: ProgressStream = process.stderr): ReportProgress {
  return stream.isTTY ? printLive(stream) : (event) => printLine(stream, event);
}

function printLive(stream: ProgressStream): ReportProgress {
  const running = new Map<string, { startedAt: number; text: string | undefined }>();
  let timer: NodeJS.Timeout | undefined;

  function draw(): void {
    const parts = [...running].map(([step, { startedAt, text }]) => {
      const elapsed = renderSeconds((performance.now() - startedAt) / 1000);
      return `${step}${text ? `: ${text}` : ""} (${elapsed})`;
    });
    stream.write(`\r\x1b[2K${parts.join(" · ").slice(0, stream.columns - 1)}`);
  }

  return (event) => {
    stream.write("\r\x1b[2K");
    if (event.state === "started") {
      running.set(event.step, { startedAt: performance.now(), text: undefined });
    } else if (event.state === "note") {
      const entry = running.get(event.step);
      if (entry) entry.text = event.text;
      else printLine(stream, event);
    } else {
      running.delete(event.step);
      printLine(stream, event);
    }
    if (running.size === 0) {
      clearInterval(timer);
      timer = undefined;
      return;
    }
    // The timer must not keep a process alive that has nothing else to do.
    timer ??= setInterval(draw, 250).unref();
    draw();
  };
}

function printLine(stream: ProgressStream, { step, state, text, seconds }: ProgressEvent): void {
  const words = { started: "…", note: "…", done: "ok", failed: "FAILED" };
  const elapsed = seconds === undefined ? "" : ` (${renderSeconds(seconds)})`;
  stream.write(`${words[state]} ${step}${text ? `: ${text}` : ""}${elapsed}\n`);
}

function renderSeconds(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
}
