import { parseArgs } from "node:util";
import { printProgress } from "../rig/progress.ts";
import { startRig } from "../rig/rig.ts";
import { type Killing, killingApplies, killingMints } from "./kills.ts";

const usage = `Usage: npm run test:kills [-- --only TEXT]

Kills \`opconnect mint\` and \`opconnect up --reviewed\` before and after each of their calls of
\`op\`, with all that they started, and looks whether the next run finishes what was begun. A quarter
of an hour.

  --only TEXT   only commands whose name contains it: mint, apply
  -h, --help    show this
`;

const { values: options } = parseArgs({
  options: { only: { type: "string", default: "" }, help: { type: "boolean", short: "h" } },
});
if (options.help) process.stdout.write(usage);
else await killEach();

async function killEach(): Promise<void> {
  const rig = await startRig({ progress: printProgress() });
  try {
    let kills = 0;
    let finished = 0;
    const commands = { mint: killingMints, apply: killingApplies };
    for (const [name, start] of Object.entries(commands)) {
      if (!name.includes(options.only)) continue;
      for await (const { kill, complaints } of killAtEachCall(await start(rig))) {
        kills += 1;
        if (complaints.length === 0) finished += 1;
        const said = complaints.length === 0 ? "finished by the next run" : "FAILED";
        say(`${name}, ${kill.when} call ${kill.call} of op: ${said}`);
        for (const complaint of complaints) say(`  ${complaint}`);
      }
    }
    say(`${kills} kills, ${finished} finished by the next run`);
    process.exitCode = kills > 0 && finished === kills ? 0 : 1;
  } finally {
    await rig.stop();
  }
}

async function* killAtEachCall(killing: Killing) {
  for (const when of ["before", "after"] as const) {
    for (let call = 1; ; call += 1) {
      const result = await killing({ call, when });
      if (result === undefined) break;
      yield result;
    }
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
