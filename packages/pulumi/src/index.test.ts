import { expect, test } from "vitest";
import * as library from "./index.ts";
import * as provider from "./provider.ts";

test("the library exports these names and no others", () => {
  expect(Object.keys(library).sort()).toEqual([
    "ClusterSecret",
    "ClusterTarget",
    "ConnectDeployment",
    "ConnectEnvironment",
    "ConnectServer",
    "ConnectToken",
    "CredentialSecret",
    "CredentialStore",
    "DeliveredSecret",
    "ExternalSecretsStore",
    "ItemAccessPolicy",
    "OnePasswordItem",
    "ServiceAccountEnvironment",
    "ServiceAccountToken",
    "Vault",
    "Vaults",
    "autoRestart",
    "doubleHyphenTemplates",
  ]);
});

test("the provider answers for every kind that a state may name", () => {
  expect(Object.keys(provider).sort()).toEqual([
    "clusterSecret",
    "clusterTarget",
    "connectServer",
    "connectToken",
    "credentialSecret",
    "deliveredSecret",
    "givenCertificate",
    "itemAccessReview",
    "itemSecret",
    "madeCertificate",
    "manifestFolder",
    "onePasswordItem",
    "operatorScope",
    "operatorSync",
    "operatorWatch",
    "serviceAccountToken",
    "vault",
  ]);
});
