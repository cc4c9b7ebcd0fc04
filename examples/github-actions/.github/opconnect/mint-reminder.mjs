// Names the command by which an admin mints what a report says is needed: as a warning of the run, and
// in the job summary.
import { appendFileSync, readFileSync } from "node:fs";

const { stacks } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const needing = stacks.filter(({ minting }) => minting.length > 0).map(({ stack }) => stack);
// Names come from the files of a pull request, and what is printed here is read by the runner.
const odd = needing.find((name) => !/^[\w.-]+$/.test(name));
if (odd !== undefined) throw new Error(`${JSON.stringify(odd)} is no name of a stack.`);

if (needing.length > 0) {
  // Without names, all that have a stack file: it asks before it mints, and mints nothing twice.
  const names = needing.length > 20 ? [] : needing;
  const command = ["npx --no-install opconnect mint", ...names].join(" ");
  const when =
    process.env.GITHUB_EVENT_NAME === "pull_request"
      ? "Once this is merged, and before the deploy is approved"
      : "Before this deploy is approved";
  const whose = `an admin who is signed in to 1Password runs, in a clone at the commit on main`;
  console.log(`::warning title=To be minted::${when}, ${whose}: ${command}`);
  appendFileSync(
    process.env.GITHUB_STEP_SUMMARY,
    `\n### To be minted\n\n${when}, ${whose}:\n\n\`\`\`sh\n${command}\n\`\`\`\n`,
  );
}
