import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { createLogUpdate } from "log-update";
import { Interrupted } from "../terminal/interrupted.ts";
import { print } from "../terminal/output/print.ts";
import { say } from "../terminal/say.ts";
import type { CheckResult } from "./check-result.ts";
import { renderFindings } from "./render-findings.ts";
import { verdictOn } from "./verdict.ts";

/**
 * Looks again and again, and shows what is other than before.
 * @throws `Interrupted` at ^C.
 */
export async function watch(
  stack: string,
  look: () => Promise<readonly CheckResult[]>,
): Promise<never> {
  const ended = new AbortController();
  // A second ^C ends what the first one has to wait for.
  const interrupted = once(process, "SIGINT").then((): never => {
    ended.abort();
    throw new Interrupted();
  });
  const progress = showProgress(stack, process.stderr);
  try {
    return await Promise.race([lookForever(look, progress, ended.signal), interrupted]);
  } finally {
    progress.clear();
  }
}

async function lookForever(
  look: () => Promise<readonly CheckResult[]>,
  progress: Progress,
  ended: AbortSignal,
): Promise<never> {
  let before: ReadonlyMap<string, string> = new Map();
  for (;;) {
    const checks = await look();
    ended.throwIfAborted();
    const now = new Map(checks.map((each) => [nameOf(each), JSON.stringify(each)]));
    const changed = checks.filter((each) => before.get(nameOf(each)) !== now.get(nameOf(each)));
    if (changed.length > 0 || now.size < before.size) {
      progress.clear();
      const at = before.size > 0 ? `${clock()}\n` : "";
      print(`${at}${renderFindings(changed, verdictOn(checks))}\n`);
    }
    before = now;
    progress.looked();
    await pause(everyMs, undefined, { signal: ended });
  }
}

/** Time between two looks. */
const everyMs = 5_000;

interface Progress {
  readonly looked: () => void;
  readonly clear: () => void;
}

/** At a terminal a line that moves; elsewhere it is said once that it goes on. */
function showProgress(stack: string, stream: NodeJS.WriteStream): Progress {
  const seconds = everyMs / 1_000;
  const nothing = () => undefined;
  if (!stream.isTTY) {
    say(`Watching ${stack}: it is looked at every ${seconds} seconds, until ^C.`);
    return { looked: nothing, clear: nothing };
  }
  const live = createLogUpdate(stream);
  let times = 0;
  return {
    looked() {
      times += 1;
      live(`Looked at ${stack} ${times} times, last at ${clock()}. ^C ends it.`);
    },
    clear: () => live.clear(),
  };
}

function clock(): string {
  return new Date().toTimeString().slice(0, 8);
}

function nameOf({ check, subject = "" }: CheckResult): string {
  return `${check} ${subject}`;
}
