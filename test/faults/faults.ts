import { parseArgs } from "node:util";
import { printProgress } from "../rig/print-progress.ts";
import { startRig } from "../rig/rig.ts";
import { engineCampaigns } from "./engine/engine-points.ts";
import {
  describePoint,
  type FaultPoint,
  onePerKind,
  type TriedPoint,
  twoPerCall,
} from "./fault-point.ts";
import { provisionCampaigns } from "./provision/provision-points.ts";
import { type Campaign, type CampaignOptions, runCampaign } from "./run-campaign.ts";

const usage = `Usage: npm run test:faults [-- --sample] [--only TEXT]

Kills, refuses and cuts off every call of every operation, runs the operation again, and looks
whether it ends in the same place: as many servers and tokens as there should be, all of them in the
store and in the cluster, and no secret left behind.

  --sample     the library alone: two points for each call; the real engine: one for each kind of
               call; 5 minutes instead of 20
  --only TEXT  only operations whose name contains it, e.g. "age-file · delete"
  --list       only run the operations and print their calls
  --lanes N    points tried at a time; 2 by default
  -h, --help   show this
`;

const { values: options } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    list: { type: "boolean", default: false },
    sample: { type: "boolean", default: false },
    lanes: { type: "string", default: "2" },
    help: { type: "boolean", short: "h" },
  },
});
if (options.help) process.stdout.write(usage);
else await tryAll();

async function tryAll(): Promise<void> {
  const rig = await startRig({ progress: printProgress() });
  try {
    say(
      options.sample
        ? "The library alone: two points for each call. The real engine: one for each kind of call."
        : "All points, of the library alone and of the real engine.",
    );
    const tried: TriedPoint[] = [];
    const all = (points: readonly FaultPoint[]) => points;
    for (const campaign of chosen(await provisionCampaigns(rig))) {
      tried.push(...(await tryOne(campaign, options.sample ? twoPerCall : all)));
    }
    for (const campaign of chosen(engineCampaigns(rig))) {
      tried.push(...(await tryOne(campaign, options.sample ? onePerKind : all)));
    }
    const converged = tried.filter(({ complaints }) => complaints.length === 0).length;
    say(`fault points: ${tried.length} tried, ${converged} converged`);
    process.exitCode = tried.length > 0 && converged === tried.length ? 0 : 1;
  } finally {
    await rig.stop();
  }
}

function chosen(campaigns: readonly Campaign[]): readonly Campaign[] {
  return campaigns.filter(({ name }) => name.includes(options.only));
}

async function tryOne(
  campaign: Campaign,
  select: CampaignOptions["select"],
): Promise<readonly TriedPoint[]> {
  const startedAt = performance.now();
  const tried = await runCampaign(campaign, {
    lanes: Number(options.lanes),
    select: options.list ? listCalls : select,
    onTried(point, waiting) {
      if (waiting > 0 && waiting % 50 === 0) say(`… ${campaign.name}: ${waiting} points to go`);
      if (point.complaints.length === 0) return;
      say(`FAILED ${describePoint(point)}`);
      for (const complaint of point.complaints) say(`       ${complaint}`);
    },
  });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  const converged = tried.filter(({ complaints }) => complaints.length === 0).length;
  say(`${campaign.name}: ${converged} of ${tried.length} converged (${seconds} s)`);
  return tried;
}

function listCalls(points: readonly FaultPoint[]): readonly FaultPoint[] {
  const calls = points.map(({ strike }) => `${strike.call} (${strike.occurrence})`);
  for (const call of new Set(calls)) say(`  ${call}`);
  return [];
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
