import { createHash } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { pid } from "node:process";
import { hasCode } from "@opconnect/core/has-code";
import { isRecord } from "@opconnect/core/json";
import { bootName } from "./boot-name.ts";
import { orNothing } from "./or-nothing.ts";

/** A process, as another one can look for it. */
export interface RunningProcess {
  /** Name of its host, to tell people. */
  readonly host: string;
  /** Names the table of processes that its id counts in: a host since its start, or a container. */
  readonly table: string;
  readonly pid: number;
  /** When it started, in whatever the host counts in: ids are used again. Empty if not known. */
  readonly started: string;
}

/** This process. */
export function thisProcess(): RunningProcess {
  return { host: hostname(), table: processTable(), pid, started: readProcess(pid)?.started ?? "" };
}

/** Reads what {@link thisProcess} said; what is missing is not known. */
export function parseProcess(value: unknown): RunningProcess | undefined {
  if (!isRecord(value)) return undefined;
  const { host, table = "", pid, started = "" } = value;
  if (typeof host !== "string" || typeof table !== "string") return undefined;
  if (typeof pid !== "number" || typeof started !== "string") return undefined;
  return { host, table, pid, started };
}

/** Whether a process is, or was, one of this machine since its start, and of our container of it. */
export function isOfOurTable({ table }: Pick<RunningProcess, "table">): boolean {
  return table === processTable() && bootName() !== "";
}

/**
 * Whether a process has surely ended. Only those of our own table can be judged: an id of another
 * host or container says nothing here.
 */
export function hasEnded(other: Omit<RunningProcess, "host">): boolean {
  if (!isOfOurTable(other)) return false;
  const found = readProcess(other.pid);
  // Of a process of another user nothing may be shown, though it runs; outside Linux of none.
  if (found === undefined) return !isProcessRunning(other.pid);
  return found.isZombie || (other.started !== "" && found.started !== other.started);
}

/** The host since its start, and on Linux the name space of process ids, as containers have. */
function processTable(): string {
  const space = orNothing(() => readlinkSync("/proc/self/ns/pid"));
  return createHash("sha256")
    .update([hostname(), bootName(), space].join("\n"))
    .digest("hex")
    .slice(0, 12);
}

/** @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html fields 3 and 22 */
function readProcess(
  id: number,
): { readonly started: string; readonly isZombie: boolean } | undefined {
  const stat = orNothing(() => readFileSync(`/proc/${id}/stat`, "utf8"));
  // The second field is the program's name in brackets, which may hold anything.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, started] = [fields[0], fields[19]];
  if (state === undefined || started === undefined) return undefined;
  return { started, isZombie: state === "Z" || state === "X" };
}

/** Whether this machine has a process of this id; it may be a later one of the same id. */
export function isProcessRunning(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch (error) {
    // Another user's process may not be signalled, but it runs.
    return hasCode(error, "EPERM");
  }
}
