const { ConnectEnvironment } = require("@opconnect/pulumi");
const { Namespace } = require("@pulumi/kubernetes/core/v1");
const { Config } = require("@pulumi/pulumi");

const config = new Config();
const namespaces = config.getObject("namespaces") ?? [];
const note = config.getSecret("note");
const metadata = note === undefined ? {} : { annotations: { note } };
const made = namespaces.map((name) => new Namespace(name, { metadata: { name, ...metadata } }));
const environment = new ConnectEnvironment("environment", config.requireObject("args"), {
  dependsOn: made,
});

exports.serverId = environment.serverId;
exports.namespace = environment.namespace;
exports.vaultIds = environment.vaultIds;
