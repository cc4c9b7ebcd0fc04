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
