/**
 * A process that carries out jobs: one per line of standard input, one line of standard output for
 * each. Struck ones get a process of their own; those that come after share one.
 */
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import type { carryOut } from "./carry-out.ts";
import type { Job, JobResult } from "./job.ts";

const require = createRequire(__filename);
const work = join(__dirname, "carry-out.cjs");

createInterface({ input: process.stdin }).on("line", async (line) => {
  const result = await answer(JSON.parse(line));
  process.stdout.write(`${JSON.stringify(result)}\n`);
});

async function answer(job: Job): Promise<JobResult> {
  Object.assign(process.env, job.env);
  try {
    return { state: await load().carryOut(job) };
  } catch (error) {
    const { state } = Object(error);
    return { error: String(error), ...(state && { state }) };
  }
}

/** Our own modules anew, as in a process of its own: nothing is remembered from the last job. */
function load(): { carryOut: typeof carryOut } {
  const own = Object.keys(require.cache).filter((file) => !basename(file).startsWith("vendor-"));
  for (const file of own) delete require.cache[file];
  return require(work);
}
