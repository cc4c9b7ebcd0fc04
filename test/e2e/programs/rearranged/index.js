const {
  ConnectEnvironment,
  ConnectServer,
  ConnectToken,
  CredentialStore,
  Vaults,
} = require("@opconnect/pulumi");
const { ConfigMap } = require("@pulumi/kubernetes/core/v1");
const { ComponentResource, Config } = require("@pulumi/pulumi");

const noName = "NO NAME";
const config = new Config();
const team = config.get("team");
const parent = team === undefined ? undefined : new ComponentResource("acme:index:Team", team);
const args = config.getObject("environment");
const parts = config.getObject("parts");
const fails = config.getBoolean("fails") ?? false;
if (args !== undefined) {
  new ConnectEnvironment("environment", args, { parent, transforms: fails ? [misname] : [] });
}
if (parts !== undefined) {
  const dependsOn = makeParts(parts);
  if (fails) new ConfigMap("mistake", { metadata: { name: noName } }, { dependsOn });
}

/** The API server refuses it as it refuses a namespace that exists: all is minted by then. */
function misname({ type, props, opts }) {
  if (type !== "kubernetes:core/v1:Namespace" || props.metadata === undefined) return undefined;
  return { props: { ...props, metadata: { ...props.metadata, name: noName } }, opts };
}

function makeParts({ client, environment, vaults, store, revision }) {
  const identity = { client, environment, store };
  const secrets = new CredentialStore("parts", identity, { parent });
  const secretId = secrets.credentialsSecretId;
  const all = new Vaults("parts", { ...identity, vaults, secretId }, { parent });
  const common = { vaults: all.grants, store, revision };
  const name = `${client}-${environment}`;
  const server = new ConnectServer("server", { ...common, name, secretId }, { parent });
  const token = new ConnectToken(
    "token",
    {
      ...common,
      name: `${name}-operator`,
      consumer: "operator",
      serverId: server.serverId,
      secretId: secrets.tokenSecretId("operator"),
    },
    { parent },
  );
  return [server, token];
}
