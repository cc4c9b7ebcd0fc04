// An environment's credentials, from the vault to the cluster, without a component around them.
const {
  ClusterSecret,
  ClusterTarget,
  ConnectServer,
  ConnectToken,
  CredentialSecret,
  Vault,
} = require("@opconnect/pulumi");
const { Config } = require("@pulumi/pulumi");

const { client, namespace, chartVersion, revision, tokenRevision } = new Config().requireObject(
  "args",
);

const target = new ClusterTarget("target", {});
const credentials = new CredentialSecret("credentials", {
  name: `opconnect/${client}/prod/credentials`,
});
const operator = new CredentialSecret("operator", {
  name: `opconnect/${client}/prod/operator-token`,
});
const vault = new Vault("app", {
  title: `${client}-prod-app`,
  mark: `opconnect:${client}/prod/app`,
  key: "app",
  forConnect: true,
  secretId: credentials.secretId,
});
const vaults = [{ key: "app", id: vault.vaultId, access: "read" }];
const server = new ConnectServer("server", {
  name: `${client}-prod`,
  vaults,
  secretId: credentials.secretId,
  revision,
});
const token = new ConnectToken("token", {
  name: `${client}-prod-operator`,
  consumer: "operator",
  serverId: server.serverId,
  vaults,
  secretId: operator.secretId,
  revision: tokenRevision,
});
const cluster = { cluster: {}, clusterUid: target.clusterUid, namespace };
new ClusterSecret("cluster-credentials", {
  ...cluster,
  name: "credentials",
  key: "1password-credentials.json",
  secretId: credentials.secretId,
  fingerprint: server.fingerprint,
  chartVersion,
});
new ClusterSecret("cluster-token", {
  ...cluster,
  name: "token",
  key: "token",
  secretId: operator.secretId,
  fingerprint: token.fingerprint,
});
