// An environment that stack configuration puts anywhere: under a component or none, by any name.
const { ConnectEnvironment } = require("@opconnect/pulumi");
const { Namespace } = require("@pulumi/kubernetes/core/v1");
const { ComponentResource, Config, createUrn, rootStackResource } = require("@pulumi/pulumi");

const { place, formerPlaces = [], namespaces, args } = new Config().requireObject("soak");

const platform = "soak:index:Platform";
const parent = place.parent && new ComponentResource(platform, place.parent);
const aliases = formerPlaces.map(({ name, parent }) => {
  return { name, parent: parent ? createUrn(parent, platform) : rootStackResource };
});
const dependsOn = namespaces.map((name) => new Namespace(name, { metadata: { name } }));
new ConnectEnvironment(place.name, args, { parent, aliases, dependsOn });
