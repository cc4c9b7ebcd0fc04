import pidtree from "pidtree";

/** How long an engine that was asked to end may take for it, plugins and all. */
export const GRACE_MS = 10_000;

/**
 * Ends a process with all that it started, at once. An engine starts its plugins in process groups
 * of their own, so that of the process is not enough.
 */
export async function endProcesses(pid: number): Promise<void> {
  const others = await pidtree(pid).catch(() => []);
  for (const id of [...others, -pid, pid]) kill(id, "SIGKILL");
}

/** Asks what is left of a process's group to end: an engine whose worker was killed, for one. */
export function endGroup(pid: number): void {
  if (!kill(-pid, "SIGINT")) return;
  setTimeout(() => kill(-pid, "SIGKILL"), GRACE_MS).unref();
}

/** Whether there was anything of it. */
function kill(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
