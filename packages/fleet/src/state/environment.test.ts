import { expect, test } from "vitest";
import { parseStackEnvironment } from "./environment.ts";

const store = { kind: "age-file", folder: "secrets", recipients: [`age1${"q".repeat(58)}`] };
const minted = {
  name: "acme-prod",
  serverId: "SERVERAAAAAAAAAAAAAAAAAAAA",
  secretId: "age:opconnect/acme/prod/credentials",
  versionId: "one",
  store,
  vaults: [{ key: "app", id: "vaultaaaaaaaaaaaaaaaaaaaaa", access: "read" }],
};

function exported(...resources: object[]) {
  return { version: 3, deployment: { resources } };
}

function resource(kind: string, outputs: object, change: object = {}) {
  const type = `pulumi-nodejs:dynamic/opconnect:${kind}`;
  return { urn: `urn:pulumi:main::p::${type}::${kind}`, type, id: kind, outputs, ...change };
}

function deployment(parent: string, name: string) {
  const type = "kubernetes:apps/v1:Deployment";
  const outputs = { metadata: { namespace: "acme-prod", name } };
  return { urn: `urn:pulumi:main::p::${parent}$${type}::${name}`, type, outputs };
}

function networkPolicy(parent: string, name: string) {
  const type = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
  const outputs = { metadata: { namespace: "acme-prod", name }, spec: {} };
  return { urn: `urn:pulumi:main::p::${parent}$${type}::${name}`, type, outputs };
}

function admission(kind: string, name: string, spec: object) {
  const type = `kubernetes:admissionregistration.k8s.io/v1:${kind}`;
  const outputs = { metadata: { name }, spec };
  return {
    urn: `urn:pulumi:main::p::opconnect:index:ItemAccessPolicy$${type}::${name}`,
    type,
    outputs,
  };
}

const clusterSecret = {
  namespace: "acme-prod-1password",
  name: "acme-prod-token",
  key: "token",
  content: "fixture",
  fingerprint: "fixture",
};

const resolve = (path: string) => `/project/${path}`;

test("a stack tells its servers, tokens and vaults, whatever else is in it", () => {
  const environment = parseStackEnvironment(
    exported(
      { urn: "urn:pulumi:main::p::pulumi:pulumi:Stack::p-main", type: "pulumi:pulumi:Stack" },
      resource("ConnectServer", { ...minted, witnessed: ["app"] }),
      resource("ConnectToken", { ...minted, consumer: "operator", tokenId: "token" }),
      resource("ServiceAccountToken", {
        ...{ secret: "acme/token", secretId: "age:acme/token", versionId: "one" },
        ...{ fingerprint: "f", store },
      }),
      {
        urn: "urn:pulumi:main::p::item",
        type: "kubernetes:onepassword.com/v1:OnePasswordItem",
        outputs: { metadata: { namespace: "app", name: "postgres" } },
      },
      resource("OnePasswordItem", { namespace: "web", name: "redis", type: "Opaque" }),
      resource("ItemSecret", { namespace: "web", name: "redis", needs: ["url"] }),
      networkPolicy("opconnect:index:ConnectDeployment", "connect"),
      networkPolicy("acme:index:Shop", "shop"),
      admission("ValidatingAdmissionPolicy", "acme-prod-items", { validations: [] }),
      admission("ValidatingAdmissionPolicyBinding", "acme-prod-items", { policyName: "it" }),
      deployment("opconnect:index:ConnectDeployment$kubernetes:helm.sh/v4:Chart", "connect"),
      deployment("acme:index:Shop", "shop"),
      resource("Vault", { title: "acme-prod-app", vaultId: "vaultaaaaaaaaaaaaaaaaaaaaa" }),
    ),
    resolve,
  );
  expect(environment.servers).toMatchObject([
    { name: "acme-prod", serverId: minted.serverId, witnessed: ["app"] },
  ]);
  expect(environment.tokens).toMatchObject([{ consumer: "operator", tokenId: "token" }]);
  expect(environment.accountTokens).toMatchObject([
    { secret: "acme/token", fingerprint: "f", store: { folder: "/project/secrets" } },
  ]);
  expect(environment.items).toEqual([
    { namespace: "app", name: "postgres", keys: [] },
    { namespace: "web", name: "redis", keys: ["url"] },
  ]);
  const { networkPolicies } = environment;
  expect(networkPolicies).toEqual([{ namespace: "acme-prod", name: "connect", spec: {} }]);
  expect(environment.accessPolicies).toEqual([
    { name: "acme-prod-items", spec: { validations: [] }, binding: { policyName: "it" } },
  ]);
  expect(environment.deployments).toEqual([{ namespace: "acme-prod", name: "connect" }]);
  expect(environment.vaults).toEqual([
    { title: "acme-prod-app", id: "vaultaaaaaaaaaaaaaaaaaaaaa" },
  ]);
});

test("paths are relative to the project, not to where the command runs", () => {
  const cluster = { ...clusterSecret, kubeconfig: "kube/config" };
  const environment = parseStackEnvironment(
    exported(resource("ConnectServer", minted), resource("ClusterSecret", cluster)),
    resolve,
  );
  expect(environment.servers[0]?.store).toMatchObject({ folder: "/project/secrets" });
  expect(environment.clusterSecrets).toMatchObject([{ kubeconfig: "/project/kube/config" }]);
});

test("a Secret of a deployment is told from one of another consumer", () => {
  const own = resource("ClusterSecret", clusterSecret);
  const parented = own.urn.replace("::p::", "::p::opconnect:index:ConnectDeployment$");
  const environment = parseStackEnvironment(exported({ ...own, urn: parented }, own), resolve);
  expect(environment.clusterSecrets.map((secret) => secret.isOfDeployment)).toEqual([true, false]);
});

test("a kubeconfig that the stack keeps encrypted is known to be there, and not read", () => {
  const secret = { "4dabf18193072939515e22adb298388d": "1b47", ciphertext: "v1:fixture" };
  const cluster = { ...clusterSecret, kubeconfig: secret };
  const environment = parseStackEnvironment(exported(resource("ClusterSecret", cluster)), resolve);
  expect(environment.clusterSecrets).toMatchObject([{ isSecret: true, kubeconfig: undefined }]);
});

test("what awaits its deletion is not there any more, and what was never finished is not yet", () => {
  const environment = parseStackEnvironment(
    exported(
      resource("ConnectServer", minted, { delete: true, id: "OLD" }),
      resource("ConnectToken", {}),
    ),
    resolve,
  );
  expect(environment).toMatchObject({ servers: [], tokens: [], leaving: [{ id: "OLD" }] });
});

test.each([undefined, "text", { deployment: { resources: [{ urn: 1 }] } }])(
  "%j, which is no export of a stack, is refused",
  (printed) => {
    expect(() => parseStackEnvironment(printed, resolve)).toThrow("[PULUMI_FAILED]");
  },
);
