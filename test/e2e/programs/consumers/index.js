// An environment whose token for CI has stores of External Secrets Operator too.
const { ConnectEnvironment, ExternalSecretsStore } = require("@opconnect/pulumi");
const { Namespace } = require("@pulumi/kubernetes/core/v1/namespace");
const { Config } = require("@pulumi/pulumi");

const config = new Config();
const namespaces = config.requireObject("namespaces");
const made = namespaces.map((name) => new Namespace(name, { metadata: { name } }));
const args = config.requireObject("args");
const environment = new ConnectEnvironment("environment", args, { dependsOn: made });

const { cluster, connectHost, tokens, vaultIds } = environment;
const store = { namespace: namespaces[0], token: tokens.ci, cluster };
new ExternalSecretsStore(
  `${args.client}-connect`,
  { ...store, namespaces, onepassword: { connectHost, vaults: [vaultIds.app] } },
  { dependsOn: made },
);
new ExternalSecretsStore(
  `${args.client}-sdk`,
  { ...store, onepasswordSDK: { vault: vaultIds.app } },
  { dependsOn: made },
);
