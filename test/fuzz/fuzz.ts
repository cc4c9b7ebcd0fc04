import { type ChildProcess, fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import type { Report, Work } from "./worker.ts";

const usage = `Usage: npm run test:fuzz [-- --seconds N] [--seed N] [--only TEXT]

Gives everything that takes input from outside what it does not expect, with secrets in it. Each has to
end in an answer or in an error of ours that shows none of them.

  --seconds N  how long; 60 by default. Everything has its turn at least once
  --seed N     chance: with the seed and the target of a failure, that comes first
  --only TEXT  only targets whose name contains it
  -h, --help   show this
`;

const { values: options } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    seed: { type: "string" },
    only: { type: "string", default: "" },
    help: { type: "boolean", short: "h" },
  },
});
if (options.help) process.stdout.write(usage);
else await fuzz();

async function fuzz(): Promise<void> {
  const seed = Number(options.seed ?? Math.floor(Math.random() * 1_000_000));
  const step = availableParallelism();
  say(`seed ${seed}, ${step} workers`);
  const starts = Array.from({ length: step }, (_, number) => seed + number);
  const reports = await Promise.all(
    starts.map((seed) =>
      runWorker({ seed, step, seconds: Number(options.seconds), only: options.only }),
    ),
  );
  const all = reports.flat();
  const inputs = all.reduce((sum, report) => sum + (report.inputs ?? 0), 0);
  const failures = all.flatMap(({ failure }) => failure ?? []);
  const secrets = failures.filter(({ kind }) => kind === "secret").length;
  say(
    `fuzz: seed ${seed}, ${inputs} inputs, ${failures.length - secrets} crashes, ${secrets} secrets printed`,
  );
  process.exitCode = failures.length === 0 && inputs > 0 ? 0 : 1;
}

function runWorker(work: Work): Promise<readonly Report[]> {
  const worker = fork(new URL("worker.ts", import.meta.url));
  const reports: Report[] = [];
  let at: Report | undefined;
  const watch = watchOver(worker, () => at);
  worker.on("message", (report: Report) => {
    watch.refresh();
    at = report;
    if (report.inputs === undefined) return;
    reports.push(report);
    if (report.failure !== undefined) tell(report);
  });
  worker.send(work);
  return new Promise((resolve) => {
    worker.once("close", (code) => {
      clearTimeout(watch);
      if (code === 0) return resolve(reports);
      const { target = "the start", seed = work.seed } = at ?? {};
      const text = `The worker ended with ${code ?? "a signal"}: it hung, or broke down.`;
      const ended: Report = { target, seed, inputs: 0, failure: { kind: "crash", text } };
      tell(ended);
      resolve([...reports, ended]);
    });
  });
}

/** Ends a worker that no longer comes back from a target. */
function watchOver(worker: ChildProcess, at: () => Report | undefined): NodeJS.Timeout {
  return setTimeout(() => {
    say(`${at()?.target} did not come back within five minutes`);
    worker.kill("SIGKILL");
  }, 300_000);
}

function tell({ target, seed, failure }: Report): void {
  say(`FAILED ${target}: ${failure?.text}`);
  say(`       npm run test:fuzz -- --seed ${seed} --only "${target}"`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
