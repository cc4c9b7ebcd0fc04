// What is minted for many environments, with as many tokens as asked for, and no cluster.
const { ConnectServer, ConnectToken, CredentialStore, Vaults } = require("@opconnect/pulumi");
const { Config } = require("@pulumi/pulumi");

const config = new Config();
const consumers = config.requireObject("consumers");
const revision = config.getNumber("revision");

for (const client of config.requireObject("clients")) {
  const identity = { client, environment: "prod" };
  const name = `${client}-prod`;
  const secrets = new CredentialStore(name, { ...identity, consumers });
  const secretId = secrets.credentialsSecretId;
  const vaults = new Vaults(name, { ...identity, vaults: ["app", "data"], secretId });
  const common = { vaults: vaults.grants };
  const server = new ConnectServer(name, { ...common, name, secretId });
  for (const consumer of consumers) {
    new ConnectToken(`${name}-${consumer}`, {
      ...common,
      name: `${name}-${consumer}`,
      consumer,
      serverId: server.serverId,
      secretId: secrets.tokenSecretId(consumer),
      revision,
    });
  }
}
