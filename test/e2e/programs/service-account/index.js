const { ServiceAccountEnvironment } = require("@opconnect/pulumi");
const { Namespace } = require("@pulumi/kubernetes/core/v1/namespace");
const { Config } = require("@pulumi/pulumi");

const config = new Config();
const made = config
  .requireObject("namespaces")
  .map((name) => new Namespace(name, { metadata: { name } }));
const environment = new ServiceAccountEnvironment("environment", config.requireObject("args"), {
  dependsOn: made,
});

exports.tokenSecretId = environment.tokenSecretId;
