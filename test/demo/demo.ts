import { parseArgs } from "node:util";
import type { RigAccess } from "../harness/rig-access.ts";
import {
  type BackgroundRig,
  findBackgroundRig,
  startBackgroundRig,
} from "../rig/background/rig.ts";
import { printProgress } from "../rig/progress.ts";
import { type Rig, startRig } from "../rig/rig.ts";
import { type Clients, refuseTakenFleet } from "./fleet/clients.ts";
import { printFleetSummary, printHowToLookInsideFleet } from "./fleet/summary.ts";
import { tearDownFleet, tourFleet } from "./fleet/tour.ts";
import { printHowToLookInside } from "./look-inside.ts";
import { concludeClaims, heading, say } from "./narrate.ts";
import { refuseTakenStack } from "./run-pulumi.ts";
import { printSummary } from "./summary.ts";
import { tearDown, tour } from "./tour.ts";

/** What a demo shows; `T` is what it leaves behind. */
interface Show<T> {
  tour(rig: RigAccess, interrupted: AbortSignal): Promise<T>;
  tearDown(rig: RigAccess, left: T): Promise<void>;
  summarize(rig: Pick<Rig, "parts">): void;
  printHowToLookInside(rig: BackgroundRig, left: T): void;
}

const environment: Show<void> = {
  tour,
  tearDown,
  summarize: printSummary,
  printHowToLookInside,
};

const fleet: Show<Clients> = {
  tour: tourFleet,
  tearDown: tearDownFleet,
  summarize: printFleetSummary,
  printHowToLookInside: printHowToLookInsideFleet,
};

const usage = `Usage: npm run demo [-- --fleet] [--keep]

Gives the client environment acme-prod its own 1Password Connect, on this
machine alone: no account, no cluster, no AWS. Runs preview, up, an item's way
into a Secret, up again, destroy, and checks each.

  --fleet     a fleet instead: three clients, and a pull request that upgrades
              the chart. Runs opconnect preview, the comment and the page, mint,
              the reviewed up, status
  --keep      leave everything running instead of the destroy, and print how to
              look inside; joins the rig that is up already, if one is
  -h, --help  show this

Exit codes: 0 everything held · 1 something did not · 130 interrupted
`;

const { values: options } = parseArgs({
  options: {
    fleet: { type: "boolean" },
    keep: { type: "boolean" },
    help: { type: "boolean", short: "h" },
  },
});
try {
  if (options.help) process.stdout.write(usage);
  else {
    const run = options.keep ? demoAndKeep : demo;
    await (options.fleet ? run(fleet) : run(environment));
    if (!concludeClaims()) process.exitCode = 1;
  }
} catch (error) {
  say(`\nThe demo stopped: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

async function demo<T>({ tour, tearDown, summarize }: Show<T>): Promise<void> {
  announceParts();
  const rig = await startRig({ progress: printProgress() });
  const interrupted = abortOnSignals();
  try {
    const toured = await tour(rig, interrupted);
    await tearDown(rig, toured);
    summarize(rig);
  } finally {
    if (interrupted.aborted) say("\nInterrupted: taking everything down.");
    await rig.stop();
    if (interrupted.aborted) process.exit(130);
  }
}
async function demoAndKeep<T>(show: Show<T>): Promise<void> {
  const kept = await findBackgroundRig();
  if (kept) {
    heading("Joining the rig that is up already");
    say(`Process ${kept.pid} keeps it since ${kept.startedAt}; what is on it stays.`);
  } else announceParts();
  const rig = kept ?? (await startBackgroundRig(printProgress()));
  // Both have acme-prod: neither goes beside the other, nor twice on a rig that is joined.
  await refuseTakenStack(rig);
  await refuseTakenFleet(rig);
  const toured = await show.tour(rig, abortOnSignals());
  show.summarize(rig);
  show.printHowToLookInside(rig, toured);
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
  say("The first time builds them: 10 to 15 minutes on two cores. Later it is seconds.");
}
