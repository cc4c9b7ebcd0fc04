import { parseArgs } from "node:util";
import { printProgress } from "../rig/progress.ts";
import { startRig } from "../rig/rig.ts";
import { engineCampaigns } from "./engine/points.ts";
import { describePoint, type FaultPoint } from "./fault-point.ts";
import { forms, type Selection } from "./forms.ts";
import { libraryCampaigns } from "./library/points.ts";
import { type Campaign, runCampaign } from "./run-campaign.ts";

const usage = `Usage: npm run test:faults [-- --sample | --all] [--only TEXT]

Kills, refuses and cuts off every call of every operation, goes on as a user would (the same again,
also after a second fault or where another machine was struck, or the change taken back), and looks
whether it ends where it should: as many vaults, servers and tokens as there should be, named and
shared as asked for, all values in the store and in the cluster, and no secret left behind.

  --sample     a few kinds of calls of each operation, as "npm test" does
  --all        all points of both, on all stores: some 17,000, which is a night and more on two
               cores (--only takes a part of it). Without either: of the library alone all
               points on Secrets Manager and two for each call on age files, of the real engine one
               for each call: 45 minutes
  --only TEXT  only operations whose name contains it, e.g. "age-file · delete"
  --list       only run the operations and print their calls
  --lanes N    operations tried at a time; 2 by default
  -h, --help   show this
`;

const { values: options } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    list: { type: "boolean", default: false },
    sample: { type: "boolean", default: false },
    all: { type: "boolean", default: false },
    lanes: { type: "string", default: "2" },
    help: { type: "boolean", short: "h" },
  },
});
if (options.help) process.stdout.write(usage);
else await tryAll();

async function tryAll(): Promise<void> {
  const rig = await startRig({ progress: printProgress(), dayMs: 10_000 });
  // What looks into the store from here knows it as every AWS client does; accounts made here word
  // refusals as the rig's.
  for (const [name, value] of Object.entries(rig.env)) {
    if (/^(AWS_|OPCONNECT_SANDBOX_WORDING$)/.test(name)) process.env[name] = value;
  }
  try {
    const form = options.all ? forms.all : options.sample ? forms.sample : forms.usual;
    say(form.text);
    say(`OPCONNECT_SANDBOX_WORDING=${rig.env.OPCONNECT_SANDBOX_WORDING}`);
    // Those of the engine take longest: none of them is to be left for the end.
    const tallies = await tryEach([
      ...engineCampaigns(rig).map((campaign) => ({ campaign, select: form.engine })),
      ...(await libraryCampaigns(rig)).map((campaign) => ({ campaign, select: form.library })),
    ]);
    const tried = tallies.reduce((sum, tally) => sum + tally.tried, 0);
    const converged = tallies.reduce((sum, tally) => sum + tally.converged, 0);
    say(`fault points: ${tried} tried, ${converged} converged`);
    process.exitCode = tried > 0 && converged === tried ? 0 : 1;
  } finally {
    await rig.stop();
  }
}

interface Tally {
  readonly tried: number;
  readonly converged: number;
}

/** Tries several operations at a time, the points of each one after the other. */
async function tryEach(
  operations: readonly { readonly campaign: Campaign; readonly select: Selection }[],
): Promise<readonly Tally[]> {
  const waiting = operations.filter(({ campaign }) => campaign.name.includes(options.only));
  const tallies: Tally[] = [];
  async function tryInTurn(): Promise<void> {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { campaign, select } = next;
      const startedAt = performance.now();
      const tally = await tryCampaign(campaign, select);
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
      say(`${campaign.name}: ${tally.converged} of ${tally.tried} converged (${seconds} s)`);
      tallies.push(tally);
    }
  }
  await Promise.all(Array.from({ length: Number(options.lanes) }, tryInTurn));
  return tallies;
}

async function tryCampaign(campaign: Campaign, select: Selection): Promise<Tally> {
  try {
    const tried = await runCampaign(campaign, {
      select: options.list ? listCalls : (points) => select(points, campaign),
      onTried(point, waiting) {
        if (waiting > 0 && waiting % 50 === 0) say(`… ${campaign.name}: ${waiting} points to go`);
        if (point.complaints.length > 0) sayFailed(describePoint(point), point.complaints);
      },
    });
    const converged = tried.filter(({ complaints }) => complaints.length === 0);
    return { tried: tried.length, converged: converged.length };
  } catch (error) {
    // An operation that fails even without a strike has no points that could converge.
    sayFailed(campaign.name, [error instanceof Error ? error.message : String(error)]);
    return { tried: 1, converged: 0 };
  }
}

function sayFailed(what: string, complaints: readonly string[]): void {
  say(`FAILED ${what}`);
  for (const complaint of complaints) say(`       ${complaint}`);
}

function listCalls(points: readonly FaultPoint[]): readonly FaultPoint[] {
  const calls = points.map(({ strike }) => `${strike.call} (${strike.occurrence})`);
  for (const call of new Set(calls)) say(`  ${call}`);
  return [];
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
