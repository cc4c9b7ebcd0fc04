// An environment's credentials, from the vault to the cluster, each resource by itself.
const {
  ClusterSecret,
  ClusterTarget,
  ConnectServer,
  ConnectToken,
  CredentialSecret,
  Vaults,
} = require("@opconnect/pulumi");
const { Config } = require("@pulumi/pulumi");

const {
  client,
  namespace,
  vaults: keys,
  revision,
  tokenRevision,
  store,
} = new Config().requireObject("args");

const cluster = new ClusterTarget("target");
const credentials = new CredentialSecret("credentials", {
  name: `opconnect/${client}/prod/credentials`,
  store,
});
const operator = new CredentialSecret("operator", {
  name: `opconnect/${client}/prod/operator-token`,
  store,
});
const { grants: vaults } = new Vaults("vaults", {
  client,
  environment: "prod",
  vaults: keys,
  secretId: credentials.secretId,
  store,
});
const server = new ConnectServer("server", {
  name: `${client}-prod`,
  vaults,
  secretId: credentials.secretId,
  store,
  revision,
});
const token = new ConnectToken("token", {
  name: `${client}-prod-operator`,
  consumer: "operator",
  serverId: server.serverId,
  vaults,
  secretId: operator.secretId,
  store,
  revision: tokenRevision,
});
new ClusterSecret("cluster-credentials", {
  cluster,
  namespace,
  name: "credentials",
  key: "1password-credentials.json",
  secretId: credentials.secretId,
  store,
  fingerprint: server.fingerprint,
  base64Key: "1password-credentials.base64",
});
new ClusterSecret("cluster-token", {
  cluster,
  namespace,
  name: "token",
  key: "token",
  secretId: operator.secretId,
  store,
  fingerprint: token.fingerprint,
});
