import { setTimeout as pause } from "node:timers/promises";
import { withoutSecrets } from "@opconnect/core/without-secrets";

/** How long may be silent, in milliseconds. */
const silenceMs = 2_000;
/** How long what was said is not said again: many may wait for the same. */
const quietMs = 60_000;

/** When each line was said. */
const said = new Map<string, number>();

/** Does some work, and says what it is if it takes longer than two seconds. */
export async function patient<T>(line: string, work: () => Promise<T>): Promise<T> {
  const telling = setTimeout(() => tell(line), silenceMs);
  try {
    return await work();
  } finally {
    clearTimeout(telling);
  }
}

/**
 * Lets time go by between two looks at what others do, and says what is waited for once that takes
 * longer than two seconds.
 * @returns Waits for a time in milliseconds.
 */
export function patiently(line: string): (ms: number) => Promise<void> {
  const began = performance.now();
  let hasTold = false;
  return async (ms) => {
    if (hasTold) return pause(ms);
    const silent = performance.now() - began;
    const telling = setTimeout(
      () => {
        hasTold = true;
        tell(line);
      },
      Math.max(0, silenceMs - silent),
    );
    await pause(ms);
    clearTimeout(telling);
  };
}

/** On standard error, which the engine shows as a remark where a resource is at work. */
function tell(line: string): void {
  const now = performance.now();
  if (now - (said.get(line) ?? Number.NEGATIVE_INFINITY) < quietMs) return;
  said.set(line, now);
  process.stderr.write(`${withoutSecrets(line)}\n`);
}
