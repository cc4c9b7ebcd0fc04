/**
 * A process that carries out jobs: one per line of standard input, one line of standard output for
 * each. Struck ones get a process of their own; those that come after share one.
 */
import { createInterface } from "node:readline";
import type { Job, JobResult } from "./jobs/job.ts";
import { carryOut } from "./jobs/run-job.ts";

for await (const line of createInterface({ input: process.stdin })) {
  const job: Job = JSON.parse(line);
  const result: JobResult = await carryOut(job).then(
    () => ({}),
    (error: unknown) => ({ error: String(error) }),
  );
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
