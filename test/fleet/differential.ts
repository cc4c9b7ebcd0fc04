import { parseArgs } from "node:util";
import { printProgress } from "../rig/progress.ts";
import { startRig } from "../rig/rig.ts";
import { edits, tryFiles } from "./affected-truth.ts";
import { compareKinds, layKinds } from "./compare.ts";
import { kinds } from "./kinds.ts";

const usage = `Usage: npm run test:fleet [-- --only TEXT]

For every kind of change: the steps of the fleet's report against those of \`pulumi preview --json\`
alone. Then, for every file of a program: what \`--affected\` picks against what differs in a preview
of everything. A kind, and a file, takes some ten seconds.

  --only TEXT   only kinds, and files, whose name contains it
  -h, --help    show this
`;

const { values: options } = parseArgs({
  options: { only: { type: "string", default: "" }, help: { type: "boolean", short: "h" } },
});
if (options.help) process.stdout.write(usage);
else await differential();

async function differential(): Promise<void> {
  const chosen = kinds.filter(({ name }) => name.includes(options.only));
  const rig = await startRig({ progress: printProgress() });
  try {
    const folder = await layKinds(rig, "differential", chosen);
    const comparisons = await compareKinds(rig, folder, chosen);
    let differing = 0;
    for (const { kind, ours, theirs } of comparisons) {
      const isSame = JSON.stringify(ours) === JSON.stringify(theirs);
      if (!isSame) differing += 1;
      process.stdout.write(`${isSame ? "same     " : "DIFFERENT"} ${kind}\n`);
      if (isSame) continue;
      for (const line of ours) process.stdout.write(`          ours:   ${line}\n`);
      for (const line of theirs) process.stdout.write(`          pulumi: ${line}\n`);
    }
    process.stdout.write(`${comparisons.length} kinds, ${differing} different\n`);
    const files = Object.keys(edits).filter((name) => name.includes(options.only));
    const truths = files.length > 0 ? await tryFiles(rig, "affected", files) : [];
    for (const { file, picked, differing: differ } of truths) {
      const isMissed = differ.some((stack) => !picked.includes(stack));
      if (isMissed) differing += 1;
      const told = `picked ${picked.join(", ") || "none"}; differing ${differ.join(", ") || "none"}`;
      process.stdout.write(`${isMissed ? "MISSED" : "ok    "} ${file}: ${told}\n`);
    }
    process.exitCode = comparisons.length + truths.length > 0 && differing === 0 ? 0 : 1;
  } finally {
    await rig.stop();
  }
}
