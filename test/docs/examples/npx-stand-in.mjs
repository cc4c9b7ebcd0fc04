// In the place of `npx` on PATH: `opconnect report` is run as it is; of what needs an engine the words
// are kept, and a report that was recorded is laid where they say.
import { spawnSync } from "node:child_process";
import { appendFileSync, copyFileSync } from "node:fs";

const [option, command, ...words] = process.argv.slice(2);
const { OPCONNECT_MAIN, CALLS, RECORDED, EXIT_CODE } = process.env;
if (option !== "--no-install" || command !== "opconnect") process.exit(127);
if (words[0] === "report") {
  const { status } = spawnSync(process.execPath, [OPCONNECT_MAIN, ...words], { stdio: "inherit" });
  process.exit(status ?? 1);
}
appendFileSync(CALLS, `${JSON.stringify(words)}\n`);
const at = words.indexOf("--json");
if (at > 0) copyFileSync(`${RECORDED}/${words[at + 1]}`, words[at + 1]);
process.exit(Number(EXIT_CODE ?? (words[0] === "up" ? 0 : 2)));
