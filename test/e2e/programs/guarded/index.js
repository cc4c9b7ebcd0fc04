const { ConnectEnvironment, ItemAccessPolicy } = require("@opconnect/pulumi");
const { Namespace } = require("@pulumi/kubernetes/core/v1/namespace");
const { Config } = require("@pulumi/pulumi");

const config = new Config();
const made = config
  .requireObject("namespaces")
  .map((name) => new Namespace(name, { metadata: { name } }));
const args = config.requireObject("args");
const environment = new ConnectEnvironment("environment", args, { dependsOn: made });

const access = config.getObject("access");
if (access !== undefined) {
  new ItemAccessPolicy(`${args.client}-${args.environment}`, {
    operator: environment.operatorAccount,
    cluster: environment.cluster,
    ...access,
    // Of a vault of the environment the configuration says the key.
    rules: access.rules.map(({ vaults, ...rule }) => ({
      ...rule,
      vaults: vaults.map((key) => environment.vaultIds[key]),
    })),
  });
}

exports.vaultIds = environment.vaultIds;
