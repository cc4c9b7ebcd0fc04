import { readdirSync, readFileSync } from "node:fs";

/**
 * Kills every process of a session at once, as the end of power does: the leader, and whatever it
 * started, in process groups of their own too.
 * @param leader Process id of the leader, which a detached child is.
 * @param spared One that goes on.
 */
export function killSession(leader: number, spared?: number): void {
  const condemned = () => membersOf(leader).filter((pid) => pid !== spared);
  for (let alive = condemned(); alive.length > 0; alive = condemned()) {
    for (const pid of alive) kill(pid);
  }
}

function membersOf(leader: number): readonly number[] {
  const pids = readdirSync("/proc").map(Number).filter(Number.isInteger);
  return pids.filter((pid) => {
    const { session, state } = statusOf(pid);
    return session === leader && state !== "Z" && state !== "X";
  });
}

/** @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function statusOf(pid: number): { readonly session?: number; readonly state?: string } {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The program's name, in brackets, may hold anything.
    const [state = "", , , session] = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { session: Number(session), state };
  } catch {
    return {};
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself.
  }
}
