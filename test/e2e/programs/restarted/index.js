const { autoRestart, ConnectEnvironment } = require("@opconnect/pulumi");
const { Deployment } = require("@pulumi/kubernetes/apps/v1/deployment");
const { Namespace } = require("@pulumi/kubernetes/core/v1/namespace");
const { Config } = require("@pulumi/pulumi");

const config = new Config();
const annotations = { team: "theirs" };
const made = config
  .requireObject("namespaces")
  .map((name) => new Namespace(name, { metadata: { name, annotations } }));
const environment = new ConnectEnvironment("environment", config.requireObject("args"), {
  dependsOn: made,
});

// Without pods: a restart is a change of the pods' template.
for (const consumer of config.getObject("consumers") ?? []) {
  const { namespace, name, secret, autoRestart: said } = consumer;
  const labels = { app: name };
  const envFrom = [{ secretRef: { name: secret } }];
  new Deployment(
    `${namespace}-${name}`,
    {
      metadata: { namespace, name },
      spec: {
        replicas: 0,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: { containers: [{ name, image: "rig/sleep", envFrom }] },
        },
      },
    },
    { dependsOn: environment, transforms: said === undefined ? [] : [autoRestart(said)] },
  );
}
