import { ConnectEnvironment, type ConnectEnvironmentArgs } from "@opconnect/pulumi";
import { Config } from "@pulumi/pulumi";

const args = new Config().requireObject<ConnectEnvironmentArgs>("args");

export const { serverId, namespace } = new ConnectEnvironment("environment", args);
