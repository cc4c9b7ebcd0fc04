const { ConnectEnvironment } = require("@opconnect/pulumi");
const { Provider } = require("@pulumi/kubernetes/provider");
const { Config } = require("@pulumi/pulumi");

const config = new Config();
const cluster = new Provider("cluster", { kubeconfig: config.require("kubeconfig") });

new ConnectEnvironment("environment", config.requireObject("args"), { providers: [cluster] });
