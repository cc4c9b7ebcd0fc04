import { ConnectEnvironment, type ConnectEnvironmentArgs } from "@opconnect/pulumi";
import { Config } from "@pulumi/pulumi";

const config = new Config();
const args = config.requireObject<ConnectEnvironmentArgs>("args");
// The content of a kubeconfig, set with `pulumi config set --secret`.
const kubeconfig = config.getSecret("kubeconfig");

export const { serverId, namespace } = new ConnectEnvironment("environment", {
  ...args,
  ...(kubeconfig === undefined ? {} : { cluster: { kubeconfig } }),
});
