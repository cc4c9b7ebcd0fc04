import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createFleetFolder, type FleetFolder } from "../../harness/act/fleet-project.ts";
import type { RigAccess } from "../../harness/rig-access.ts";
import { materializeChart } from "../../rig/chart/index.ts";

const name = "clients";

/** The chart that the fleet runs, with the newest operator, and the one that it is to run. */
export const charts = ["2.3.0", "2.4.1"] as const;

/** A project with a stack for each client, as one lies in a platform team's repository. */
export interface Clients extends Pick<FleetFolder, "dir" | "pulumi"> {
  /** Makes a stack. */
  add(client: string, environment: string): Promise<void>;
  /** Has the program deploy the new chart. */
  upgrade(): Promise<void>;
}

/** Lays the project into the rig's folder, and both charts. */
export async function createClients(rig: RigAccess): Promise<Clients> {
  const { dir, pulumi, configure } = await createFleetFolder(
    rig,
    name,
    join(import.meta.dirname, "program"),
  );
  for (const version of charts) await materializeChart(join(chartsFolder(rig), version), version);
  return {
    dir,
    pulumi,
    add: (client, environment) => configure(`${client}-${environment}`, { client, environment }),
    async upgrade() {
      const program = join(dir, "index.ts");
      await writeFile(program, (await readFile(program, "utf8")).replace(...charts));
    },
  };
}

/** Folder that the program takes the charts from. */
export function chartsFolder(rig: RigAccess): string {
  return join(rig.dir, "charts");
}

/** @throws if an earlier demo left its fleet on the rig. */
export async function refuseTakenFleet(rig: RigAccess): Promise<void> {
  if (!existsSync(join(rig.dir, "projects", name))) return;
  throw new Error(
    "This rig has the fleet of an earlier demo already, with a stack acme-prod. End it, and everything on it, then run the demo again: npm run rig -- down",
  );
}
