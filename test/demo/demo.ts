import { parseArgs } from "node:util";
import { findBackgroundRig, startBackgroundRig } from "../rig/background/rig.ts";
import { printProgress } from "../rig/progress.ts";
import { startRig } from "../rig/rig.ts";
import { printHowToLookInside } from "./look-inside.ts";
import { failedClaims, heading, say } from "./narrate.ts";
import { refuseTakenStack } from "./run-pulumi.ts";
import { printSummary } from "./summary.ts";
import { tearDown, tour } from "./tour.ts";

const usage = `Usage: npm run demo [-- --keep]

Gives the client environment acme-prod its own 1Password Connect, on this machine alone: no account,
no cluster, no AWS. Runs preview, up, an item's way into a Secret, up again, destroy, and checks each.

  --keep      leave everything running instead of the destroy, and print how to look inside; joins
              the rig that is up already, if one is
  -h, --help  show this

Exit codes: 0 everything held · 1 something did not · 130 interrupted
`;

const { values: options } = parseArgs({
  options: { keep: { type: "boolean" }, help: { type: "boolean", short: "h" } },
});
try {
  if (options.help) process.stdout.write(usage);
  else if (options.keep) await demoAndKeep();
  else await demo();
} catch (error) {
  say(`\nThe demo stopped: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

async function demo(): Promise<void> {
  announceParts();
  const rig = await startRig({ progress: printProgress() });
  const interrupted = abortOnSignals();
  try {
    await tour(rig, interrupted);
    await tearDown(rig);
    printSummary(rig);
  } finally {
    if (interrupted.aborted) say("\nInterrupted: taking everything down.");
    await rig.stop();
    if (interrupted.aborted) process.exit(130);
  }
  conclude();
}

async function demoAndKeep(): Promise<void> {
  const kept = await findBackgroundRig();
  if (kept) {
    heading("Joining the rig that is up already");
    say(`Process ${kept.pid} keeps it since ${kept.startedAt}; what is on it stays.`);
  } else announceParts();
  const rig = kept ?? (await startBackgroundRig(printProgress()));
  await refuseTakenStack(rig);
  await tour(rig, abortOnSignals());
  printSummary(rig);
  printHowToLookInside(rig);
  conclude();
}

/** Ctrl-C reaches a running `pulumi` as well, which then ends by itself; all else waits on this. */
function abortOnSignals(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => controller.abort());
  }
  return controller.signal;
}

function announceParts(): void {
  heading("Bringing up the embedded parts");
  say(
    "The first time builds them, which takes 10 to 15 minutes on two cores; later it is seconds.",
  );
}

function conclude(): void {
  const failed = failedClaims();
  if (failed.length === 0) return;
  say(`\nDid not hold:\n${failed.map((claim) => `  - ${claim}`).join("\n")}`);
  process.exitCode = 1;
}
