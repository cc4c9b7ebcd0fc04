import { createOpCli, type MintingSystems, openStore } from "@opconnect/provision";
import { bringUp } from "./bring-up.ts";
import { doByHand } from "./change-by-hand.ts";
import { editVaults } from "./edit-vaults.ts";
import type { Job } from "./job.ts";
import { renameServerInPlace } from "./rename-server.ts";
import { repairValues } from "./repair-values.ts";
import { retireReplaced, tearDown } from "./tear-down.ts";

/** Does what the Pulumi resources of an environment do, one after the other, without the engine. */
export async function carryOut(job: Job): Promise<void> {
  Object.assign(process.env, job.env);
  // Anew for each job, as in a process of its own: nothing is remembered from the last.
  const systems: MintingSystems = { op: createOpCli(), store: openStore(job.store) };
  switch (job.operation) {
    case "bring up":
    case "change grants":
      return retireReplaced(job, await bringUp(job, systems), systems);
    case "rename the server":
      return renameServerInPlace(job, systems);
    case "edit vaults":
      return editVaults(job, systems);
    case "repair values":
      return retireReplaced(job, await repairValues(job, systems), systems);
    case "tear down":
      return tearDown(job, systems);
    default:
      return doByHand(job.operation, job, systems);
  }
}
