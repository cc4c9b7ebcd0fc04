import type { ConnectEnvironmentArgs } from "@opconnect/pulumi";
import type { RigAccess } from "./rig-access.ts";

/**
 * Stack configuration for one environment of the program `typescript-commonjs`: two vaults, the item
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
    chart: { path: rig.env.OPCONNECT_CHART },
    operator: { pollingInterval: 2 },
    items: { postgres: { namespace: `${client}-app`, vault: "app", item: "postgres" } },
    ...change,
  };
  return { namespaces: [`${client}-app`], args };
}
