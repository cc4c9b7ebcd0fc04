import { parseArgs } from "node:util";
import { printProgress } from "../rig/progress.ts";
import { startRig } from "../rig/rig.ts";
import { measureAwsCredentials } from "./aws-credentials.ts";
import { measureColdPreview } from "./cold-preview.ts";
import type { Figure } from "./figure.ts";
import { measureFleetPreview } from "./fleet-preview.ts";
import { measureFleetReport } from "./fleet-report.ts";
import { measureGrowth } from "./growth.ts";
import { measureImportTime } from "./import-time.ts";
import { measurePolicyTime } from "./policy-time.ts";

const usage = `Usage: npm run bench [-- --json] [--runs N]

Measures opconnect against a hand-written equivalent in the same run. It never fails on a figure.

  --json      print one object: figure name -> measured, baseline, unit, ratio, goal
  --runs N    runs of each side (default 7)
  --stacks N  stacks of the fleet (default 6); sizes in rising order are each measured
  --fleet     measure the fleet alone; all of it, half an hour and more: --fleet --stacks 10,50,200
  --growth    measure alone what items, tokens and environments cost
  -h, --help  show this
`;

const { values: options } = parseArgs({
  options: {
    json: { type: "boolean" },
    runs: { type: "string", default: "7" },
    stacks: { type: "string", default: "6" },
    fleet: { type: "boolean" },
    growth: { type: "boolean" },
    help: { type: "boolean", short: "h" },
  },
});

if (options.help) {
  process.stdout.write(usage);
} else {
  const figures = await measureAll(Number(options.runs));
  process.stdout.write(options.json ? `${JSON.stringify(figures)}\n` : renderFigures(figures));
}

async function measureAll(runs: number): Promise<Readonly<Record<string, Figure>>> {
  const isPart = options.fleet || options.growth;
  const importTime = isPart ? undefined : await measureImportTime(3 * runs);
  const rig = await startRig({ progress: printProgress() });
  try {
    if (options.growth) return await measureGrowth(rig);
    const fleet = await measureFleetPreview(rig, options.stacks.split(",").map(Number));
    if (importTime === undefined) return fleet;
    return {
      "import time": importTime,
      ...measureFleetReport(runs),
      "cold preview": await measureColdPreview(rig, runs),
      ...(await measurePolicyTime(rig, runs)),
      ...(await measureAwsCredentials(rig, runs)),
      ...fleet,
      ...(await measureGrowth(rig)),
    };
  } finally {
    await rig.stop();
  }
}

function renderFigures(figures: Readonly<Record<string, Figure>>): string {
  return Object.entries(figures)
    .map(([name, { measured, baseline, unit, ratio, goal }]) => {
      return `${name}: ${measured} ${unit} against ${baseline} ${unit}, ratio ${ratio} (goal: ${goal})\n`;
    })
    .join("");
}
