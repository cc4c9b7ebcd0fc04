import { ConnectEnvironment } from "@opconnect/pulumi";

/** What a program makes for a client's stage; a Pulumi program calls it with its configuration. */
export function makeEnvironment(client, stage) {
  return new ConnectEnvironment(`${client}-${stage}`, {
    client,
    environment: stage,
    vaults: ["app", "data"],
    tokens: { ci: { vaults: ["app"], expiresIn: "90d" } },
    items: { postgres: { namespace: "app", vault: "app", item: "postgres" } },
  });
}
