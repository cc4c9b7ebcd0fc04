import { ConnectEnvironment } from "@opconnect/pulumi";
import { Config } from "@pulumi/pulumi";

const config = new Config();
const client = config.require("client");
const environment = config.require("environment");

// Of 1Password's chart, for all clients.
const version = "2.3.0";
// Unset, the chart comes from 1Password's Helm repository.
const charts = process.env.CHARTS;

export const { namespace, serverId } = new ConnectEnvironment(`${client}-${environment}`, {
  client,
  environment,
  vaults: ["app", "data"],
  chart: { version, path: charts && `${charts}/${version}/connect` },
  // The newest with either chart.
  values: { operator: { version: "1.12.0" } },
});
