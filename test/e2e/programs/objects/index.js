const { Deployment } = require("@pulumi/kubernetes/apps/v1/deployment");
const { ConfigMap } = require("@pulumi/kubernetes/core/v1/configMap");
const { ConfigMapPatch } = require("@pulumi/kubernetes/core/v1/configMapPatch");
const { Namespace } = require("@pulumi/kubernetes/core/v1/namespace");
const { Config } = require("@pulumi/pulumi");

const kinds = { ConfigMap, ConfigMapPatch, Deployment, Namespace };

for (const { kind, name, options, ...object } of new Config().requireObject("objects")) {
  const metadata = { name, ...object.metadata };
  new kinds[kind](name, { ...object, metadata }, options);
}
