import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ChartArgs, ConnectEnvironmentArgs } from "@opconnect/pulumi";
import { parse } from "yaml";
import { z } from "zod";
import type { RigAccess } from "../rig-access.ts";

/**
 * Stack configuration for one environment of the program `javascript`: two vaults, the item
 * `postgres` in a namespace of the client's own, named after the client.
 */
export function environmentConfig(
  rig: RigAccess,
  client: string,
  change: Partial<ConnectEnvironmentArgs> = {},
) {
  const args: ConnectEnvironmentArgs = {
    client,
    environment: "prod",
    vaults: ["app", "data"],
    chart: rigChart(rig),
    operator: { pollingInterval: 2 },
    items: { postgres: { namespace: `${client}-app`, vault: "app", item: "postgres" } },
    ...change,
  };
  return { namespaces: [`${client}-app`], args };
}

/** The chart of the rig, in whichever version it has: a developer's OPCONNECT_CHART, or a fixture. */
export function rigChart(rig: RigAccess): Required<ChartArgs> & { readonly path: string } {
  const path = rig.env.OPCONNECT_CHART ?? "";
  const chart: unknown = parse(readFileSync(join(path, "Chart.yaml"), "utf8"));
  return { path, version: z.object({ version: z.string() }).parse(chart).version };
}
