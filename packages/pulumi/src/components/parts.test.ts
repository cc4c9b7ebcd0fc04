import { output, type ResourceTransformation } from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { recordResources } from "../../fixtures/recorder.ts";
import { madeUpFingerprint } from "../made-up.ts";
import { ConnectServer } from "../resources/connect-server.ts";
import { ConnectToken } from "../resources/connect-token.ts";
import { ConnectDeployment } from "./connect-deployment.ts";
import { CredentialStore } from "./credential-store.ts";
import { OnePasswordItem } from "./onepassword-item.ts";
import { Vaults } from "./vaults.ts";

const acme = { client: "acme", environment: "prod" };

test("the parts make an environment by hand, each taking the ones before it as they are", async () => {
  const resources = await recordResources(() => {
    const secrets = new CredentialStore("acme-prod", acme);
    const vaults = new Vaults("acme-prod", { ...acme, vaults: ["app", "data"] });
    const server = new ConnectServer("acme-prod-server", {
      name: "acme-prod",
      vaults: vaults.grants,
      secretId: secrets.credentialsSecretId,
    });
    const token = new ConnectToken("acme-prod-operator", {
      name: "acme-prod-operator",
      consumer: "operator",
      serverId: server.serverId,
      vaults: vaults.grants,
      secretId: secrets.tokenSecretId("operator"),
    });
    const deployment = new ConnectDeployment("acme-prod", {
      ...acme,
      credentials: server,
      operatorToken: token,
      operator: { watchNamespaces: ["app"] },
    });
    new OnePasswordItem(
      "postgres",
      {
        namespace: "app",
        vault: vaults.id("app"),
        item: "postgres",
        cluster: deployment.cluster,
      },
      { dependsOn: [deployment] },
    );
  });
  const made = resources.map(({ type, name }) => `${type.split(":").at(-1)} ${name}`);
  expect(made.sort()).toEqual([
    "Chart acme-prod-chart",
    "ClusterSecret acme-prod-credentials",
    "ClusterSecret acme-prod-operator",
    "ClusterTarget acme-prod-cluster",
    "ConnectDeployment acme-prod",
    "ConnectServer acme-prod-server",
    "ConnectToken acme-prod-operator",
    "CredentialSecret acme-prod-credentials",
    "CredentialSecret acme-prod-operator",
    "CredentialStore acme-prod",
    "CustomResourceDefinitionPatch acme-prod-definition",
    "Namespace acme-prod-cluster-kube-system",
    "Namespace acme-prod-namespace",
    "NetworkPolicy acme-prod-network-connect",
    "NetworkPolicy acme-prod-network-operator",
    "OnePasswordItem postgres",
    "OnePasswordItem postgres",
    "OperatorScope acme-prod-scope",
    "OperatorWatch acme-prod-watch",
    "Role acme-prod-rights-app",
    "RoleBinding acme-prod-rights-app",
    "Stack client-acme-prod",
    "Vault acme-prod-app",
    "Vault acme-prod-data",
    "Vaults acme-prod",
  ]);
  const written = resources.filter(({ type }) => type.endsWith(":ClusterSecret"));
  expect(written.map(({ inputs }) => inputs)).toMatchObject([
    {
      secretId: expect.stringContaining("opconnect/acme/prod/credentials"),
      fingerprint: madeUpFingerprint("acme-prod-server"),
      clusterUid: "cluster-uid",
    },
    {
      secretId: expect.stringContaining("opconnect/acme/prod/operator-token"),
      fingerprint: madeUpFingerprint("acme-prod-operator"),
      clusterUid: "cluster-uid",
    },
  ]);
});

test("a deployment alone uses one provider for the cluster that it is given, and its own writes too", async () => {
  const stored = { secretId: "arn:aws:secretsmanager:eu-central-1:0:secret:a", fingerprint: "f" };
  const resources = await recordResources(() => {
    new ConnectDeployment("deployment", {
      ...acme,
      credentials: stored,
      operatorToken: stored,
      cluster: { context: "clients" },
    });
  });
  const contexts = resources.flatMap(({ type, inputs }) =>
    inputs.context === undefined ? [] : [`${type.split(":").at(-1)} ${inputs.context}`],
  );
  expect(contexts.sort()).toEqual([
    "ClusterSecret clients",
    "ClusterSecret clients",
    "ClusterTarget clients",
    "OperatorScope clients",
    "OperatorWatch clients",
    "kubernetes clients",
  ]);
});

test("what is read of the cluster is no child of what an update with targets may leave out", async () => {
  const stored = { secretId: "arn:aws:secretsmanager:eu-central-1:0:secret:a", fingerprint: "f" };
  const args = { ...acme, credentials: stored, operatorToken: stored };
  const children: string[] = [];
  await recordResources(() => {
    const watch: ResourceTransformation = ({ type, name }) => {
      children.push(`${type} ${name}`);
      return undefined;
    };
    new ConnectDeployment("deployment", args, { transformations: [watch] });
  });
  expect(children.filter((child) => child.includes(":Namespace "))).toEqual([
    "kubernetes:core/v1:Namespace acme-prod-namespace",
  ]);
});

test("a vault shared by id may be an output of another resource", async () => {
  const id = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  const made = output(id);
  // As with PULUMI_ERROR_OUTPUT_STRING: an output is no text.
  made.toString = () => expect.unreachable();
  const known = "a".repeat(26);
  const resources = await recordResources(() => {
    const shared = { made: { id: made }, named: { id: known } };
    const vaults = new Vaults("vaults", { ...acme, vaults: shared });
    new ConnectServer("server", { name: "acme-prod", vaults: vaults.grants, secretId: "secret" });
  });
  const server = resources.find(({ type }) => type.endsWith(":ConnectServer"));
  expect(server?.inputs.vaults).toEqual([
    { key: "made", id: id.toLowerCase(), access: "read" },
    { key: "named", id: known, access: "read" },
  ]);
});

test("vaults stand alone, titled by the convention", async () => {
  const resources = await recordResources(() => {
    new Vaults("vaults", { ...acme, vaults: ["app"] });
  });
  expect(resources.map(({ name, inputs }) => [name, inputs.title])).toContainEqual([
    "acme-prod-app",
    "acme-prod-app",
  ]);
});

test("a store for several consumers has a secret for each, tagged with the environment", async () => {
  const resources = await recordResources(() => {
    new CredentialStore("store", {
      ...acme,
      consumers: ["operator", "ci"],
      store: { kmsKeyId: "alias/acme", tags: { team: "platform" } },
    });
  });
  const secrets = resources.filter(({ type }) => type.endsWith(":CredentialSecret"));
  expect(secrets.map(({ inputs }) => inputs.name)).toEqual([
    "opconnect/acme/prod/credentials",
    "opconnect/acme/prod/operator-token",
    "opconnect/acme/prod/ci-token",
  ]);
  for (const { inputs } of secrets) {
    expect(inputs.store).toEqual({ kind: "secrets-manager", kmsKeyId: "alias/acme" });
    const own = { client: "acme", environment: "prod", "managed-by": "opconnect" };
    expect(inputs.tags).toEqual({ ...own, team: "platform" });
  }
});

test("a deployment stands alone over credentials stored elsewhere, on an older chart", async () => {
  const resources = await recordResources(() => {
    const stored = {
      secretId: "arn:aws:secretsmanager:eu-central-1:0:secret:a",
      fingerprint: "f",
    };
    new ConnectDeployment("deployment", {
      ...acme,
      credentials: stored,
      operatorToken: stored,
      chart: { version: "2.2.1", path: "oci://mirror.example/connect" },
    });
  });
  const chart = resources.find(({ type }) => type === "kubernetes:helm.sh/v4:Chart");
  expect(chart?.inputs).toMatchObject({ chart: "oci://mirror.example/connect", version: "2.2.1" });
  expect(chart?.inputs).not.toHaveProperty("repositoryOpts");
  const credentials = resources.find(({ inputs }) => inputs.base64Key !== undefined);
  expect(chart?.inputs.values).toMatchObject({
    connect: { credentialsKey: credentials?.inputs.base64Key },
  });
});

test("an item stands alone, and is named as its resource unless it is given a name", async () => {
  const resources = await recordResources(() => {
    new OnePasswordItem("db", { namespace: "app", vault: "Shared", item: "postgres" });
  });
  const item = resources.find(
    ({ type }) => type === "pulumi-nodejs:dynamic/opconnect:OnePasswordItem",
  );
  expect(item?.inputs).toMatchObject({
    name: "db",
    namespace: "app",
    itemPath: "vaults/Shared/items/postgres",
    type: "Opaque",
    clusterUid: "cluster-uid",
  });
});
