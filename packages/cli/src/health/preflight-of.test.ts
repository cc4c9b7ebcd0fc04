import type { StackEnvironment, StackMinted } from "@opconnect/fleet";
import { expect, test } from "vitest";
import { preflightOf } from "./preflight-of.ts";

const server: StackMinted = {
  ...{ secretId: "credentials", store: { kind: "secrets-manager" }, versionId: "one", vaults: [] },
  ...{ serverId: "S", kind: "server", id: "S", urn: "server", name: "zeta-prod" },
};
const secret = { key: "token", content: "c", fingerprint: "f", context: undefined } as const;
const reached = {
  ...secret,
  kubeconfig: "config",
  isSecret: false,
  isOfDeployment: true,
  clusterUid: "uid",
};
const environment: StackEnvironment = {
  ...{
    servers: [server],
    tokens: [],
    accountTokens: [],
    vaults: [],
    deployments: [],
    certificates: [],
    networkPolicies: [],
    accessPolicies: [],
    clusterRoles: false,
  },
  ...{ items: [], leaving: [] },
  clusterSecrets: [
    { ...reached, namespace: "external-secrets", name: "store-token", secretId: "eso" },
    { ...reached, namespace: "zeta-prod-1password", name: "file", secretId: "credentials" },
  ],
};

test("an environment lives where its credentials file is, whoever else has a token in a Secret", () => {
  expect(preflightOf(server, environment).namespace).toBe("zeta-prod-1password");
});
