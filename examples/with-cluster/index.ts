import { ConnectEnvironment } from "@opconnect/pulumi";
import { Namespace } from "@pulumi/kubernetes/core/v1";
import { Provider } from "@pulumi/kubernetes/provider";
import { Config } from "@pulumi/pulumi";
import { Cluster } from "./cluster";

const config = new Config();
const client = config.require("client");
const environment = config.require("environment");

const cluster = new Cluster("clients");
const provider = new Provider("clients", { kubeconfig: cluster.kubeconfig });

// Pulumi makes up its name; the item below follows it.
const app = new Namespace("app", {}, { provider });

// `cluster` is all that the environment needs: a provider of its own is made of it.
const connect = new ConnectEnvironment(`${client}-${environment}`, {
  client,
  environment,
  vaults: ["app"],
  cluster: { kubeconfig: cluster.kubeconfig },
  items: { postgres: { namespace: app.metadata.name, vault: "app", item: "postgres" } },
  // Unset, the chart comes from 1Password's Helm repository.
  chart: { version: "2.4.1", path: process.env.OPCONNECT_CHART },
});

export const { namespace, serverId, vaultIds } = connect;
export const appNamespace = app.metadata.name;
