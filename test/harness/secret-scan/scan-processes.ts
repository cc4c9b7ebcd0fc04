import { basename } from "node:path";
import type { Finding } from "./finding.ts";
import type { SampledProcess } from "./process-sampler.ts";
import type { TraceFinder } from "./trace-finder.ts";

/**
 * Looks through the arguments and environments of processes.
 * @param isExempt Processes whose environment may hold secrets; their arguments never may.
 */
export function scanProcesses(
  processes: readonly SampledProcess[],
  holdsTrace: TraceFinder,
  isExempt: (process: SampledProcess) => boolean = () => false,
): readonly Finding[] {
  return processes.flatMap((process) => {
    const { pid, args, environment } = process;
    const program = holdsTrace(args[0] ?? "") ? "" : ` (${basename(args[0] ?? "")})`;
    const ofEnvironment = isExempt(process) ? [] : environment;
    return [
      ...(args.some(holdsTrace) ? [{ place: `arguments of process ${pid}${program}` }] : []),
      ...(ofEnvironment.some(holdsTrace)
        ? [{ place: `environment of process ${pid}${program}` }]
        : []),
    ];
  });
}
