import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** The process that holds a lock. */
export interface LockHolder {
  readonly pid: number;
  readonly host: string;
  /** When it started, in the system's own count; a number may be given to another process later. */
  readonly started?: string;
  /** Process numbers mean nothing in another container. */
  readonly namespace?: string;
  /** It ends itself by then: milliseconds since 1970. */
  readonly until: number;
}

/** This process as a holder. */
export function describeHolder(until: number): LockHolder {
  const started = processStart(process.pid);
  const namespace = processNamespace();
  return {
    pid: process.pid,
    host: hostname(),
    ...(started === undefined ? {} : { started }),
    ...(namespace === undefined ? {} : { namespace }),
    until,
  };
}

/** Whether a holder may still be at work. */
export function mayBeAlive(holder: LockHolder, now: number): boolean {
  if (now > holder.until) return false;
  if (holder.host !== hostname() || holder.namespace !== processNamespace()) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
  return holder.started === undefined || processStart(holder.pid) === holder.started;
}

/** Parses what {@link describeHolder} made. */
export function parseHolder(value: unknown): LockHolder | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { pid, host, started, namespace, until } = value as Partial<Record<string, unknown>>;
  if (typeof pid !== "number" || typeof host !== "string" || typeof until !== "number") {
    return undefined;
  }
  return {
    pid,
    host,
    until,
    ...(typeof started === "string" ? { started } : {}),
    ...(typeof namespace === "string" ? { namespace } : {}),
  };
}

/**
 * Linux tells it for free; elsewhere it would take a process, and the number has to do. One that
 * has ended, but was not waited for by its parent, has none.
 * @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
function processStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The program's name, in parentheses, may hold anything.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function processNamespace(): string | undefined {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return undefined;
  }
}
