import { ConnectEnvironment, type ConnectEnvironmentArgs } from "@opconnect/pulumi";
import { Namespace } from "@pulumi/kubernetes/core/v1";
import { Config } from "@pulumi/pulumi";

const config = new Config();
const namespaces = config.getObject<string[]>("namespaces") ?? [];
const made = namespaces.map((name) => new Namespace(name, { metadata: { name } }));
const environment = new ConnectEnvironment(
  "environment",
  config.requireObject<ConnectEnvironmentArgs>("args"),
  { dependsOn: made },
);

export const { serverId, namespace } = environment;
