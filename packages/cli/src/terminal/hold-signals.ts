/** Signals that came while they were held back. */
export interface HeldSignals {
  /** The first one that asked this process to end; none so far. */
  readonly first: () => NodeJS.Signals | undefined;
  /** Aborted by a request that no terminal passes on to the processes started here. */
  readonly terminated: AbortSignal;
}

/**
 * Runs work that is not to be left in the middle: ^C, a terminal that is closed and a `kill` end it
 * only where it looks for them.
 */
export async function holdSignals<T>(work: (held: HeldSignals) => Promise<T>): Promise<T> {
  const termination = new AbortController();
  let first: NodeJS.Signals | undefined;
  const hold = (signal: NodeJS.Signals) => {
    first ??= signal;
    if (signal === "SIGTERM") termination.abort();
  };
  for (const signal of endings) process.on(signal, hold);
  try {
    return await work({ first: () => first, terminated: termination.signal });
  } finally {
    for (const signal of endings) process.off(signal, hold);
  }
}

const endings = ["SIGINT", "SIGHUP", "SIGTERM"] as const;
