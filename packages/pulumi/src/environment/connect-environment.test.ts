import { createHash } from "node:crypto";
import { all, log, type Output, output } from "@pulumi/pulumi";
import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type RecordedResource, recordResources } from "../../fixtures/recorder.ts";
import { madeUpFingerprint, madeUpServerId, madeUpVaultId } from "../made-up.ts";
import type { ConnectEnvironmentArgs } from "./args.ts";
import { ConnectEnvironment } from "./connect-environment.ts";

const acmeProd: ConnectEnvironmentArgs = {
  client: "acme",
  environment: "prod",
  vaults: { app: {}, data: { access: "read-write" }, shared: { id: "abcdefghijklmnopqrstuvwxyz" } },
  items: { db: { namespace: "app", vault: "app", item: "postgres" } },
};

const privateLink =
  "https://start.1password.com/open/i?a=FIXTUREACCOUNT234567234567&v=fixturevaultone23456723456&i=fixtureitem234567234567234&h=acme.1password.com";

async function record(args: ConnectEnvironmentArgs): Promise<readonly RecordedResource[]> {
  return recordResources(() => {
    new ConnectEnvironment("acme-prod", args);
  });
}

beforeEach(() => {
  vi.restoreAllMocks();
});

describe("an environment", () => {
  let resources: readonly RecordedResource[];
  beforeAll(async () => {
    resources = await record(acmeProd);
  });

  function find(type: string, name?: string): RecordedResource {
    const found = resources.filter((r) => r.type === type && (name ?? r.name) === r.name);
    expect(found).toHaveLength(1);
    return found[0] as RecordedResource;
  }

  test("makes exactly the resources its documentation lists", () => {
    const made = resources.map(({ type, name }) => `${type} ${name}`);
    expect(made.sort()).toMatchInlineSnapshot(`
      [
        "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy acme-prod-access-deployments",
        "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy acme-prod-access-items",
        "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy acme-prod-access-operator",
        "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy acme-prod-access-secrets",
        "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding acme-prod-access-deployments",
        "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding acme-prod-access-items",
        "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding acme-prod-access-operator",
        "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding acme-prod-access-secrets",
        "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinitionPatch acme-prod-definition",
        "kubernetes:core/v1:Namespace acme-prod-cluster-kube-system",
        "kubernetes:core/v1:Namespace acme-prod-namespace",
        "kubernetes:helm.sh/v4:Chart acme-prod-chart",
        "kubernetes:networking.k8s.io/v1:NetworkPolicy acme-prod-network-connect",
        "kubernetes:networking.k8s.io/v1:NetworkPolicy acme-prod-network-operator",
        "kubernetes:rbac.authorization.k8s.io/v1:Role acme-prod-rights-acme-prod-1password",
        "kubernetes:rbac.authorization.k8s.io/v1:Role acme-prod-rights-app",
        "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding acme-prod-rights-acme-prod-1password",
        "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding acme-prod-rights-app",
        "opconnect:index:ConnectDeployment acme-prod",
        "opconnect:index:ConnectEnvironment acme-prod",
        "opconnect:index:CredentialStore acme-prod",
        "opconnect:index:ItemAccessPolicy acme-prod-access",
        "opconnect:index:Vaults acme-prod",
        "pulumi-nodejs:dynamic/opconnect:ClusterSecret acme-prod-credentials",
        "pulumi-nodejs:dynamic/opconnect:ClusterSecret acme-prod-operator",
        "pulumi-nodejs:dynamic/opconnect:ClusterTarget acme-prod-cluster",
        "pulumi-nodejs:dynamic/opconnect:ConnectServer acme-prod-server",
        "pulumi-nodejs:dynamic/opconnect:ConnectToken acme-prod-operator",
        "pulumi-nodejs:dynamic/opconnect:CredentialSecret acme-prod-credentials",
        "pulumi-nodejs:dynamic/opconnect:CredentialSecret acme-prod-operator",
        "pulumi-nodejs:dynamic/opconnect:ItemAccessReview acme-prod-access-review",
        "pulumi-nodejs:dynamic/opconnect:OnePasswordItem acme-prod-item-db",
        "pulumi-nodejs:dynamic/opconnect:OperatorScope acme-prod-scope",
        "pulumi-nodejs:dynamic/opconnect:OperatorSync acme-prod-sync",
        "pulumi-nodejs:dynamic/opconnect:OperatorWatch acme-prod-watch",
        "pulumi-nodejs:dynamic/opconnect:Vault acme-prod-app",
        "pulumi-nodejs:dynamic/opconnect:Vault acme-prod-data",
        "pulumi:pulumi:Stack client-acme-prod",
      ]
    `);
  });

  test("creates a vault for each key that has no id, and uses the one that has", () => {
    const titles = resources
      .filter(({ type }) => type === "pulumi-nodejs:dynamic/opconnect:Vault")
      .map(({ inputs }) => inputs.title);
    expect(titles).toEqual(["acme-prod-app", "acme-prod-data"]);
    const server = find("pulumi-nodejs:dynamic/opconnect:ConnectServer");
    expect(server.inputs.vaults).toEqual([
      { key: "app", id: madeUpVaultId("acme-prod-app"), access: "read" },
      { key: "data", id: madeUpVaultId("acme-prod-data"), access: "read-write" },
      { key: "shared", id: "abcdefghijklmnopqrstuvwxyz", access: "read" },
    ]);
  });

  test("gives the operator's token the vaults of the server, and names the server by id", () => {
    const token = find("pulumi-nodejs:dynamic/opconnect:ConnectToken");
    const server = find("pulumi-nodejs:dynamic/opconnect:ConnectServer");
    expect(token.inputs.serverId).toBe(madeUpServerId("acme-prod"));
    expect(token.inputs.vaults).toEqual(server.inputs.vaults);
  });

  test("writes each credential to the cluster from the store, its file as any chart reads it", () => {
    const credentials = find(
      "pulumi-nodejs:dynamic/opconnect:ClusterSecret",
      "acme-prod-credentials",
    );
    expect(credentials.inputs).toMatchObject({
      name: "acme-prod-credentials",
      namespace: "acme-prod-1password",
      key: "1password-credentials.json",
      base64Key: "1password-credentials.base64",
      fingerprint: madeUpFingerprint("acme-prod-server"),
      clusterUid: "cluster-uid",
    });
    const token = find("pulumi-nodejs:dynamic/opconnect:ClusterSecret", "acme-prod-operator");
    expect(token.inputs).toMatchObject({
      name: "acme-prod-token",
      key: "token",
      fingerprint: madeUpFingerprint("acme-prod-operator"),
    });
    expect(token.inputs).not.toHaveProperty("base64Key");
  });

  test("names its Secrets to the chart, and watches only its own namespaces", () => {
    const { inputs } = find("kubernetes:helm.sh/v4:Chart");
    expect(inputs).toMatchObject({
      chart: "connect",
      version: "2.4.1",
      skipCrds: true,
      values: {
        connect: { credentialsName: "acme-prod-credentials", host: "acme-prod-connect" },
        operator: {
          token: { name: "acme-prod-token", key: "token" },
          watchNamespace: ["acme-prod-1password", "app"],
        },
      },
    });
  });

  test("keeps what state holds of a provider below a kilobyte and a half, and free of this machine", () => {
    for (const { inputs } of resources.filter(({ type }) => type.startsWith("pulumi-nodejs:"))) {
      const text = String(inputs.__provider);
      expect(text.length).toBeLessThan(1536);
      expect(text).not.toContain(process.cwd());
    }
  });

  test("points the item at its vault by id, labelled with the credentials it is waited for with", () => {
    const item = find("pulumi-nodejs:dynamic/opconnect:OnePasswordItem");
    const fingerprints = `${madeUpFingerprint("acme-prod-server")}${madeUpFingerprint("acme-prod-operator")}`;
    const credentials = createHash("sha256").update(fingerprints).digest("hex").slice(0, 16);
    const sync = find("pulumi-nodejs:dynamic/opconnect:OperatorSync");
    expect(sync.inputs).toMatchObject({ credentials, items: [{ namespace: "app", name: "db" }] });
    expect(item.inputs).toMatchObject({
      name: "db",
      namespace: "app",
      labels: { "opconnect/credentials": credentials },
      itemPath: `vaults/${madeUpVaultId("acme-prod-app")}/items/postgres`,
      clusterUid: "cluster-uid",
      stack: "client/acme-prod",
      holder: expect.stringMatching(/opconnect:OnePasswordItem::acme-prod-item-db$/),
    });
  });
});

test("a kubeconfig is secret wherever it goes if it is content, and plain if it is a path", async () => {
  const kubeconfigs = async (kubeconfig: string) => {
    const resources = await record({ ...acmeProd, cluster: { kubeconfig } });
    return resources.flatMap(({ inputs }) => ("kubeconfig" in inputs ? [inputs.kubeconfig] : []));
  };
  expect(await kubeconfigs("~/.kube/clients")).toEqual(Array(9).fill("~/.kube/clients"));
  const content = "apiVersion: v1\nkind: Config";
  // A secret is registered as an object that carries its value.
  const secret = expect.objectContaining({ value: content });
  expect(await kubeconfigs(content)).toEqual(Array(9).fill(secret));
  const encoded = Buffer.from(`${content}\n`).toString("base64");
  const decoded = expect.objectContaining({ value: `${content}\n` });
  expect(await kubeconfigs(encoded)).toEqual(Array(9).fill(decoded));
});

test("an item may be named by its private link", async () => {
  const vaults = { shared: { id: "FIXTUREVAULTONE23456723456" } };
  const items = { db: { namespace: "app", link: privateLink } };
  const resources = await record({ ...acmeProd, vaults, items });
  const item = resources.find(({ type }) => type.endsWith("dynamic/opconnect:OnePasswordItem"));
  expect(item?.inputs.itemPath).toBe(
    "vaults/fixturevaultone23456723456/items/fixtureitem234567234567234",
  );
});

test("each consumer has a token with its own scope and life, and a secret for it", async () => {
  const tokens = {
    operator: { rotateAfter: "60d" },
    ci: { vaults: ["app"], expiresIn: "90d", rotateAfter: "60d" },
    sync: { vaults: { data: "read", app: "read-write" } },
  } as const;
  const resources = await record({ ...acmeProd, tokens });
  const secrets = resources.filter(({ type }) => type.endsWith(":CredentialSecret"));
  expect(secrets.map(({ inputs }) => inputs.name)).toEqual([
    "opconnect/acme/prod/credentials",
    "opconnect/acme/prod/operator-token",
    "opconnect/acme/prod/ci-token",
    "opconnect/acme/prod/sync-token",
  ]);
  const minted = resources.filter(({ type }) => type.endsWith(":ConnectToken"));
  const described = minted.map(({ inputs }) => {
    const vaults = inputs.vaults as readonly { key: string; access: string }[];
    return [inputs.name, inputs.expiresIn, vaults.map(({ key, access }) => `${key} ${access}`)];
  });
  expect(described.sort()).toEqual([
    ["acme-prod-ci", "90d", ["app read"]],
    ["acme-prod-operator", undefined, ["app read", "data read-write", "shared read"]],
    ["acme-prod-sync", undefined, ["app read-write", "data read"]],
  ]);
  expect(minted.map(({ inputs }) => inputs.rotateAfter).sort()).toEqual(["60d", "60d", undefined]);
});

test("what another consumer needs is among the outputs: the address, and where its token lies", async () => {
  let made: ConnectEnvironment | undefined;
  await recordResources(() => {
    made = new ConnectEnvironment("acme-prod", { ...acmeProd, tokens: { ci: {} } });
  });
  const { tokens = {}, connectHost } = made ?? {};
  expect(Object.keys(tokens)).toEqual(["operator", "ci"]);
  const known = await promised(all([connectHost, tokens.ci?.fingerprint, tokens.ci?.secretId]));
  expect(known).toEqual([
    "http://acme-prod-connect.acme-prod-1password.svc:8080",
    madeUpFingerprint("acme-prod-ci"),
    await promised(output(made?.tokenSecretIds.ci)),
  ]);
});

test.each<[string, Partial<ConnectEnvironmentArgs>]>([
  ["there is no token for others", { tokens: { operator: { rotateAfter: "60d" } } }],
  ["the pods are named", { consumerPods: [{ namespace: "ci" }] }],
  ["the program says that there are none", { consumerPods: [] }],
  ["nobody is kept out", { networkPolicies: "none" }],
  ["Connect is open to all", { values: { connect: { serviceType: "LoadBalancer" } } }],
])("says nothing of pods that are kept from Connect where %s", async (_, change) => {
  const said = vi.spyOn(log, "info").mockResolvedValue();
  await record({ ...acmeProd, tokens: { ci: {} }, ...change });
  expect(said).not.toHaveBeenCalled();
});

test("says whom NetworkPolicies keep from Connect where there are tokens for others", async () => {
  const said = vi.spyOn(log, "info").mockResolvedValue();
  await record({ ...acmeProd, tokens: { ci: {}, operator: {} } });
  expect(said).toHaveBeenCalledTimes(1);
  expect(said.mock.calls[0]?.[0]).toMatch(
    /^`tokens` has ci\. .* label opconnect\/consumer-of=acme-prod-connect call Connect\. .*`consumerPods`/,
  );
});

function promised<T>(value: Output<T>): Promise<T> {
  return new Promise((resolve) => void value.apply(resolve as never));
}

test("a resource that keeps a value in the store is told how to reach it, not how it keeps its secrets", async () => {
  const roleArn = "arn:aws:iam::123456789012:role/opconnect";
  const store = { region: "eu-central-1", roleArn, kmsKeyId: "alias/acme", readers: [roleArn] };
  const resources = await record({ ...acmeProd, store });
  const stores = (kind: string) =>
    resources.filter(({ type }) => type.endsWith(`:${kind}`)).map(({ inputs }) => inputs.store);
  expect(stores("CredentialSecret")).toEqual(Array(2).fill({ kind: "secrets-manager", ...store }));
  for (const kind of ["Vault", "ConnectServer", "ConnectToken", "ClusterSecret"]) {
    expect(stores(kind).length).toBeGreaterThan(0);
    for (const known of stores(kind)) {
      expect(known, kind).toEqual({ kind: "secrets-manager", region: "eu-central-1", roleArn });
    }
  }
});

test("an age-encrypted folder takes the place of Secrets Manager", async () => {
  const store = {
    kind: "age-file",
    folder: "credentials",
    recipients: ["age1fixturefixturefixture"],
  } as const;
  const resources = await record({ ...acmeProd, store });
  const token = resources.find(({ type }) => type.endsWith(":ConnectToken"));
  expect(token?.inputs.store).toEqual(store);
});

test("namespaces left undefined are as good as not given", async () => {
  const operator: object = { watchNamespaces: undefined };
  const resources = await record({ ...acmeProd, operator });
  const chart = resources.find(({ type }) => type === "kubernetes:helm.sh/v4:Chart");
  expect(chart?.inputs).toMatchObject({
    values: { operator: { watchNamespace: ["acme-prod-1password", "app"] } },
  });
});
