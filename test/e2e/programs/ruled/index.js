const { ComponentResource, Config } = require("@pulumi/pulumi");

/** What `helm.v3.Chart` registers, before it renders the chart. */
class Chart extends ComponentResource {
  constructor(name, args) {
    super("kubernetes:helm.sh/v3:Chart", name, args);
  }
}

const kinds = {
  ...require("@opconnect/pulumi"),
  ...require("@pulumi/kubernetes/admissionregistration/v1"),
  ...require("@pulumi/kubernetes/apps/v1"),
  ...require("@pulumi/kubernetes/core/v1"),
  Chart,
};

const config = new Config();
for (const { kind, name, args } of config.requireObject("resources")) {
  new kinds[kind](name, args);
}

module.exports = config.getObject("outputs");
