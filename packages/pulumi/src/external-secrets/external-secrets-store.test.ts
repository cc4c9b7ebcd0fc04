import { output } from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { recordResources } from "../../fixtures/recorder.ts";
import { checkArgs } from "../input/check-args.ts";
import { ClusterTarget } from "../resources/cluster-target.ts";
import { ServiceAccountToken } from "../resources/service-account-token.ts";
import { type ExternalSecretsStoreArgs, externalSecretsStoreSchema } from "./args.ts";
import { ExternalSecretsStore } from "./external-secrets-store.ts";

const token = { secretId: "opconnect/acme/prod/eso-token", fingerprint: "fixture" };
const connectHost = "http://acme-prod-connect.acme-prod-1password.svc:8080";
const [app, data] = ["abcdefghijklmnopqrstuvwxyz", "bcdefghijklmnopqrstuvwxyza"];
const connect: ExternalSecretsStoreArgs = {
  namespace: "external-secrets",
  namespaces: ["app", "web"],
  token,
  onepassword: { connectHost, vaults: [data, app] },
};
const { onepassword: _, ...ofSdk } = connect;
const sdk = { ...ofSdk, onepasswordSDK: { vault: app } };

async function made(args: ExternalSecretsStoreArgs) {
  const resources = await recordResources(() => new ExternalSecretsStore("acme-prod", args));
  const [store, ...others] = resources.filter(({ type }) => /:(Cluster)?SecretStore$/.test(type));
  const secret = resources.find(({ type }) => type.endsWith("opconnect:ClusterSecret"));
  expect(others).toEqual([]);
  return { store: store?.inputs, secret: secret?.inputs };
}

test("a store of Connect has its vaults in the order in which they are searched", async () => {
  const { store, secret } = await made(connect);
  expect(store).toMatchObject({
    apiVersion: "external-secrets.io/v1",
    kind: "ClusterSecretStore",
    metadata: { name: "acme-prod" },
    spec: {
      conditions: [{ namespaces: ["app", "web"] }],
      provider: {
        onepassword: {
          connectHost,
          vaults: { [data]: 1, [app]: 2 },
          auth: {
            secretRef: {
              connectTokenSecretRef: {
                ...{ name: "acme-prod-token", key: "token", namespace: "external-secrets" },
              },
            },
          },
        },
      },
    },
  });
  expect(secret).toMatchObject({
    ...token,
    ...{ namespace: "external-secrets", name: "acme-prod-token", key: "token" },
  });
});

test("a store of the SDK has one vault and the token of a service account", async () => {
  const { store } = await made(sdk);
  expect(store?.spec).toEqual({
    conditions: [{ namespaces: ["app", "web"] }],
    provider: {
      onepasswordSDK: {
        vault: app,
        auth: {
          serviceAccountSecretRef: {
            ...{ name: "acme-prod-token", key: "token", namespace: "external-secrets" },
          },
        },
      },
    },
  });
});

test("a store for one namespace is that namespace's, and names none for its token", async () => {
  const { namespaces: _, ...own } = connect;
  const { store } = await made({ ...own, namespace: "app" });
  expect(store).toMatchObject({ kind: "SecretStore", metadata: { namespace: "app" } });
  expect(store?.spec).not.toHaveProperty("conditions");
  expect(JSON.stringify(store?.spec)).not.toContain("namespace");
});

test("a store for all namespaces has no conditions", async () => {
  const { store } = await made({ ...connect, namespaces: "all" });
  expect(store).toMatchObject({ kind: "ClusterSecretStore" });
  expect(store?.spec).not.toHaveProperty("conditions");
  const later = await made({ ...connect, namespaces: output("all" as const) });
  expect(later.store).toEqual(store);
});

test("a store has the name that it is given, and so has its Secret", async () => {
  const { store, secret } = await made({ ...connect, name: "onepassword" });
  expect(store?.metadata).toMatchObject({ name: "onepassword" });
  expect(secret?.name).toBe("onepassword-token");
});

test("what is known only later may be an Output", async () => {
  const later = await made({
    ...{ namespace: output("external-secrets"), namespaces: output(["app", output("web")]) },
    token: { secretId: output(token.secretId), fingerprint: output(token.fingerprint) },
    onepassword: { connectHost: output(connectHost), vaults: [output(data), app] },
  });
  expect(later).toEqual(await made(connect));
});

test("a token that is a resource of the other kind is refused", async () => {
  let account: ServiceAccountToken | undefined;
  await recordResources(() => {
    account = new ServiceAccountToken("account", { secret: "account-token" });
  });
  if (account === undefined) throw new Error("None was made.");
  const ofAccount = { token: account };
  expect(() => checkArgs(externalSecretsStoreSchema, { ...connect, ...ofAccount })).toThrow(
    "`token` is the token of a service account, which `onepassword` does not take. Pass a Connect token",
  );
  checkArgs(externalSecretsStoreSchema, { ...sdk, ...ofAccount });
});

test("the store goes to the cluster of the environment, as its Secret does", async () => {
  const access = { kubeconfig: "~/.kube/clients", context: "prod" };
  const resources = await recordResources(() => {
    const cluster = new ClusterTarget("target", access);
    new ExternalSecretsStore("acme-prod", { ...connect, cluster });
  });
  const provider = resources.find(({ type }) => type === "pulumi:providers:kubernetes");
  expect(provider?.inputs).toMatchObject(access);
});

test.each<[object, string]>([
  [{ ...connect, ...sdk }, "`onepassword` stands beside `onepasswordSDK`. Pass `onepassword` for"],
  [{ ...connect, name: "a".repeat(248) }, "of 247 characters at most: its Secret has `-token`"],
  [ofSdk, "`onepassword` is missing. Pass `onepassword` for a Connect token, or"],
  [{ ...connect, namespaces: [] }, "`namespaces` is empty, which is no limit. Name a namespace"],
  [{ ...connect, namespaces: "any" }, '`namespaces` is "any". Pass a list of namespaces, or "all"'],
  [{ ...connect, kind: "SecretStore" }, "`kind` is no field that there is."],
  [{ ...connect, token: undefined }, "`token` is"],
  [{ ...connect, namespace: "External" }, '`namespace` is "External".'],
  [
    { ...connect, onepassword: { connectHost, vaults: [] } },
    "`onepassword.vaults` is empty. Pass one vault at least",
  ],
  [
    { ...connect, onepassword: { connectHost, vaults: [app, app] } },
    `\`onepassword.vaults\` names "${app}" twice. Name each vault once.`,
  ],
  [
    { ...connect, onepassword: { connectHost: "acme-prod-connect:8080", vaults: [app] } },
    '`onepassword.connectHost` is "acme-prod-connect:8080". Pass an address',
  ],
  [{ ...sdk, onepasswordSDK: { vault: "" } }, "`onepasswordSDK.vault` is"],
])("bad input is refused at preview: %j", (given, message) => {
  const check = () =>
    checkArgs(externalSecretsStoreSchema, given as unknown as ExternalSecretsStoreArgs);
  expect(check).toThrow(message);
  expect(check).toThrow("[ARGUMENT_INVALID]");
});
