const { ConnectEnvironment } = require("@opconnect/pulumi");
const { Config } = require("@pulumi/pulumi");

const environment = new ConnectEnvironment("environment", new Config().requireObject("args"));

exports.serverId = environment.serverId;
exports.namespace = environment.namespace;
