const { ClusterTarget, DeliveredSecret } = require("@opconnect/pulumi");
const { Config } = require("@pulumi/pulumi");

const config = new Config();
const cluster = new ClusterTarget("cluster", config.requireObject("cluster"));

for (const [name, { from, to }] of Object.entries(config.requireObject("secrets"))) {
  const { kubernetes } = to;
  const target = kubernetes ? { kubernetes: { cluster, ...kubernetes } } : to;
  new DeliveredSecret(name, { from, to: target });
}
