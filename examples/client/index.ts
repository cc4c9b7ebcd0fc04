import { ConnectEnvironment } from "@opconnect/pulumi";
import { Namespace } from "@pulumi/kubernetes/core/v1";
import { Config } from "@pulumi/pulumi";

const config = new Config();
const client = config.require("client");
const environment = config.require("environment");

// Where the client's own workload lives; the item below becomes a Secret in it.
const app = new Namespace("app", { metadata: { name: "app" } });

const connect = new ConnectEnvironment(
  `${client}-${environment}`,
  {
    client,
    environment,
    vaults: config.requireObject<string[]>("vaults"),
    operator: { pollingInterval: config.getNumber("pollingInterval") ?? 600 },
    items: { postgres: { namespace: "app", vault: "app", item: "postgres" } },
    // Unset, the chart comes from 1Password's Helm repository.
    chart: { version: "2.4.1", path: process.env.OPCONNECT_CHART },
  },
  { dependsOn: [app] },
);

export const { namespace, serverId, vaultIds, credentialsSecretId, tokenSecretIds } = connect;
