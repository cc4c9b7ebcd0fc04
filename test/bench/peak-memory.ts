import { readFile } from "node:fs/promises";
import pidtree from "pidtree";

/**
 * Watches how much memory a process takes with all that it started; pages that several share count
 * once.
 * @returns what ends it, and tells the most that was seen, in MB; nothing where the system has no
 * `/proc`.
 */
export function peakMemory(pid: number): { end(): number | undefined } {
  let peak = 0;
  let hasEnded = false;
  async function watch(): Promise<void> {
    while (!hasEnded) {
      const ids = await pidtree(pid, { root: true }).catch(() => []);
      const sizes = await Promise.all(ids.map(proportionalKb));
      peak = Math.max(
        peak,
        sizes.reduce((sum, size) => sum + size, 0),
      );
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
  void watch();
  return {
    end() {
      hasEnded = true;
      return peak === 0 ? undefined : peak / 1024;
    },
  };
}

/** @see https://www.kernel.org/doc/html/latest/filesystems/proc.html smaps_rollup */
async function proportionalKb(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, "utf8").catch(() => "");
  return Number(/^Pss:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0);
}
