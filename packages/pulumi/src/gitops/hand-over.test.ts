import { beforeEach, describe, expect, test, vi } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { type RecordedResource, recordResources } from "../../fixtures/recorder.ts";
import { imageOverrides } from "../components/hardening/images.ts";
import { type ConnectEnvironmentArgs, environmentSchema } from "../environment/args.ts";
import { ConnectEnvironment } from "../environment/connect-environment.ts";
import { checkArgs } from "../input/check-args.ts";
import { madeUpFingerprint } from "../made-up.ts";

const acmeProd = {
  client: "acme",
  environment: "prod",
  vaults: ["app", "data"],
  items: { db: { namespace: "app", vault: "app", item: "postgres" } },
};
const recipient = `age1${"q".repeat(58)}`;
const secretStore = { name: "aws" };
const flux = { tool: "flux", directory: "../clusters/acme-prod", secretStore } as const;
const source = { repository: "https://git.example/acme.git", path: "clusters/acme-prod" };
const argocd = { ...flux, tool: "argocd", source } as const;

async function record(args: Partial<ConnectEnvironmentArgs>): Promise<readonly RecordedResource[]> {
  return recordResources(() => {
    new ConnectEnvironment("acme-prod", { ...acmeProd, gitOps: flux, ...args });
  });
}

async function written(args: Partial<ConnectEnvironmentArgs> = {}) {
  const folder = (await record(args)).find(({ type }) => type.endsWith(":ManifestFolder"));
  return folder?.inputs.files as Readonly<Record<string, string>>;
}

// biome-ignore lint/suspicious/noExplicitAny: what is written has no type.
type Written = any;

function objects(text = ""): readonly Written[] {
  const all = parseAllDocuments(text);
  return Array.isArray(all) ? all.map((each) => each.toJSON()) : [];
}

beforeEach(() => {
  vi.restoreAllMocks();
});

test("an environment that is handed over makes nothing in a cluster, and asks none", async () => {
  const made = (await record({})).map(({ type, name }) => `${type} ${name}`);
  expect(made.filter((each) => /kubernetes|Cluster|OperatorS/.test(each))).toEqual([]);
  expect(made).toContain("pulumi-nodejs:dynamic/opconnect:ManifestFolder acme-prod-manifests");
  expect(made).toContain("pulumi-nodejs:dynamic/opconnect:ConnectServer acme-prod-server");
});

test("each file has one theme, and the Kustomization names them all", async () => {
  const files = await written();
  const { "kustomization.yaml": kustomization = "", ...others } = files;
  expect(parse(kustomization).resources.sort()).toEqual(Object.keys(others).sort());
  expect(Object.keys(others).sort()).toEqual([
    "credentials.yaml",
    "item-access.yaml",
    "items.yaml",
    "namespace.yaml",
    "network-policies.yaml",
    "onepassword-item-definition.yaml",
    "operator-rights.yaml",
    "release.yaml",
  ]);
});

test("what there is none of is not written", async () => {
  const files = await written({
    items: {},
    itemAccess: false,
    networkPolicies: "none",
    namespaceOwner: "platform",
  });
  expect(Object.keys(files).sort()).toEqual([
    "credentials.yaml",
    "kustomization.yaml",
    "onepassword-item-definition.yaml",
    "operator-rights.yaml",
    "release.yaml",
  ]);
});

test("the operator has its rights where it watches, and before 1.11 it lists all namespaces", async () => {
  const rights = async (args: Partial<ConnectEnvironmentArgs>) =>
    objects((await written(args))["operator-rights.yaml"]).map(
      ({ kind, metadata }) => `${kind} ${metadata.namespace ?? ""}`,
    );
  const listed = ["Role acme-prod-1password", "RoleBinding acme-prod-1password"];
  const ofItems = ["Role app", "RoleBinding app"];
  expect(await rights({})).toEqual([...listed, ...ofItems]);
  const everywhere = ["ClusterRole ", "ClusterRoleBinding "];
  expect(await rights({ chart: { version: "2.2.1" } })).toEqual([
    ...listed,
    ...ofItems,
    ...everywhere,
  ]);
  const all = await written({ operator: { watchNamespaces: "all" } });
  expect(Object.keys(all)).not.toContain("operator-rights.yaml");
  expect(all["release.yaml"]).toContain("kind: ClusterRole");
});

test("credentials come from the store, in the version that is meant, in both layerings", async () => {
  const [file, token] = objects((await written())["credentials.yaml"]);
  const fingerprint = madeUpFingerprint("acme-prod-server");
  expect(file.metadata.name).toBe(`acme-prod-credentials-${fingerprint.slice(0, 10)}`);
  expect(file.spec.target.template.data).toEqual({
    "1password-credentials.json": "{{ .value }}",
    "1password-credentials.base64": "{{ .value | b64enc }}",
  });
  expect(file.spec.data[0].remoteRef).toEqual({
    key: expect.stringMatching(/^arn:.*:opconnect\/acme\/prod\/credentials$/),
    version: "uuid/acme-prod-server-version",
  });
  expect(token.spec.secretStoreRef).toEqual({ kind: "ClusterSecretStore", name: "aws" });
});

describe.each(["1.17.0", "2.2.1", "2.3.0", "2.4.1"])("chart %s", (version) => {
  test("takes the key that it needs from the Secrets of these very values", async () => {
    const files = await written({ chart: { version } });
    const [file, token] = objects(files["credentials.yaml"]);
    const [, { spec }] = objects(files["release.yaml"]);
    expect(spec.chart.spec.version).toBe(version);
    expect(spec.values.connect).toMatchObject({
      credentialsName: file.metadata.name,
      credentialsKey:
        version < "2.3.0" ? "1password-credentials.base64" : "1password-credentials.json",
    });
    expect(spec.values.operator.token).toEqual({ name: token.metadata.name, key: "token" });
    expect(Object.keys(file.spec.target.template.data)).toContain(
      spec.values.connect.credentialsKey,
    );
  });
});

test("the chart of a mirror is taken from there", async () => {
  const chart = { path: "oci://mirror.example/charts/connect" };
  const [repository, release] = objects((await written({ chart }))["release.yaml"]);
  expect(repository.spec).toMatchObject({ type: "oci", url: "oci://mirror.example/charts" });
  expect(release.spec.chart.spec.chart).toBe("connect");
});

test("what Flux finds gone from Git goes, but for the definition that environments share", async () => {
  const files = await written();
  const kept = Object.values(files).filter((text) => text.includes("prune: disabled"));
  expect(kept).toEqual([files["onepassword-item-definition.yaml"]]);
});

test("Argo CD deploys in waves: what is needed before who needs it, and the operator goes after its items", async () => {
  const files = await written({ gitOps: argocd });
  const waves = Object.fromEntries(
    Object.entries(files).map(([name, text]) => [
      name,
      [
        ...new Set(
          objects(text).map(
            ({ metadata }) => metadata?.annotations?.["argocd.argoproj.io/sync-wave"],
          ),
        ),
      ],
    ]),
  );
  expect(waves).toEqual({
    "application.yaml": [undefined],
    "kustomization.yaml": [undefined],
    "namespace.yaml": ["-3"],
    "onepassword-item-definition.yaml": ["-3"],
    "credentials.yaml": ["-2"],
    "network-policies.yaml": ["-1"],
    "operator-rights.yaml": ["-1"],
    "item-access.yaml": ["-1"],
    "items.yaml": ["1"],
  });
  const { "onepassword-item-definition.yaml": definition } = files;
  expect(definition).toContain("Prune=false,Delete=false");
});

test("Argo CD leaves what the operator writes, and the pods that an autoscaler wants", async () => {
  const ignored = async (args: Partial<ConnectEnvironmentArgs>) =>
    parse((await written({ gitOps: argocd, ...args }))["application.yaml"] ?? "").spec
      .ignoreDifferences;
  const restarted = "/spec/template/metadata/annotations/operator.1password.io~1last-restarted";
  const replicas = { name: "acme-prod-connect", jsonPointers: ["/spec/replicas"] };
  expect(await ignored({})).toEqual([
    {
      group: "onepassword.com",
      kind: "OnePasswordItem",
      jsonPointers: ["/metadata/finalizers", "/status"],
    },
    { group: "apps", kind: "Deployment", jsonPointers: [restarted] },
    { group: "apps", kind: "Deployment", ...replicas },
  ]);
  expect(await ignored({ connect: { replicas: 2 } })).toHaveLength(2);
});

function refused(args: Partial<ConnectEnvironmentArgs>): () => unknown {
  return () => checkArgs(environmentSchema, { ...acmeProd, gitOps: flux, ...args });
}

test.each<[string, Partial<ConnectEnvironmentArgs>]>([
  ["cluster", { cluster: {} }],
  ["store.kind", { store: { kind: "age-file", folder: "store", recipients: [recipient] } }],
  ["chart.path", { chart: { path: "charts/connect" } }],
  ["operator.autoRestartIn", { operator: { autoRestartIn: { app: true } } }],
  ["items.db.keys", { items: { db: { ...acmeProd.items.db, keys: ["password"] } } }],
  ["items.db.adopt", { items: { db: { ...acmeProd.items.db, adopt: true } } }],
])("`%s` is refused beside gitOps", (field, args) => {
  expect(refused(args)).toThrow(
    new RegExp(`\`${field}\` is nothing that manifests can say.*\\[ARGUMENT_INVALID\\]`),
  );
});

test.each([
  [{ ...flux, directory: "/clusters" }, "`gitOps.directory` is an absolute path"],
  [{ ...flux, directory: ".." }, '`gitOps.directory` is ".."'],
  [{ ...argocd, source: undefined }, "`gitOps.source` is missing, and Argo CD needs it"],
  [{ ...flux, source }, "`gitOps.source` is for Argo CD"],
])("a hand-over that cannot be is refused", (gitOps, message) => {
  expect(refused({ gitOps })).toThrow(message);
});

test("digests of a chart whose images only the chart knows are refused", () => {
  const digests = { "1password/connect-api:1.8.2": `sha256:${"0".repeat(64)}` };
  expect(() => imageOverrides({ digests }, "9.0.0", {})).toThrow("`images.digests` has none for");
});

test("who asks for the cluster of an environment that is handed over is told that there is none", async () => {
  let told: unknown;
  await recordResources(() => {
    const environment = new ConnectEnvironment("acme-prod", { ...acmeProd, gitOps: flux });
    try {
      void environment.cluster;
    } catch (error) {
      told = error;
    }
  });
  expect(String(told)).toContain("`cluster` is asked of an environment with `gitOps`");
});
