import type { RigAccess } from "../../harness/rig-access.ts";
import type { RigPart } from "../../rig/parts.ts";
import type { Rig } from "../../rig/rig.ts";
import { heading, say } from "../narrate.ts";
import { printParts } from "../summary.ts";
import { type Clients, chartsFolder } from "./clients.ts";

/** Says what played which part, and how to do it for real. */
export function printFleetSummary({ parts }: Pick<Rig, "parts">): void {
  // Two versions of it are needed, so it is the stand-in even where OPCONNECT_CHART is set.
  const charts: RigPart = {
    name: "both connect charts",
    kind: "stand-in",
    version: "",
    origin: "test/rig/chart",
  };
  printParts([...parts.filter(({ name }) => name !== "connect chart"), charts]);
  say("No GitHub and no CI: their commands were run here, one after the other.");
  heading("The same on real accounts");
  say(`  opconnect preview --json report.json     CI, on the pull request
  opconnect report comment report.json     the comment on GitHub or GitLab
  opconnect mint                           an admin, after op signin
  opconnect up --reviewed report.json      CI, once it is merged

docs/fleet.md has the workflow.`);
}

/** Prints how to look around in the fleet that a demo left running, and how to stop it. */
export function printHowToLookInsideFleet(rig: RigAccess, { dir }: Clients): void {
  heading("It is all still running");
  say(`Join it from a shell in this folder:

  eval "$(npm run --silent rig -- env)"
  export CHARTS=${chartsFolder(rig)}
  alias opconnect="$PWD/node_modules/.bin/opconnect"
  cd ${dir}

Then
  opconnect status --reach  who can read what
  opconnect preview         change index.ts, or a stack file, before
  op connect token list     1Password, as the admin sees it

Stop it, and remove everything, from the first folder:

  npm run rig -- down`);
}
