import { expect, test } from "vitest";
import { recordResources } from "../../fixtures/recorder.ts";
import { ConnectDeployment } from "./connect-deployment.ts";
import { CredentialStore } from "./credential-store.ts";
import { OnePasswordItem } from "./onepassword-item.ts";
import { Vaults } from "./vaults.ts";

const acme = { client: "acme", environment: "prod" };

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
      clusterUid: "cluster-uid",
      chart: { version: "2.2.1", path: "./charts/connect" },
    });
  });
  const chart = resources.find(({ type }) => type === "kubernetes:helm.sh/v4:Chart");
  expect(chart?.inputs).toMatchObject({ chart: "./charts/connect", version: "2.2.1" });
  expect(chart?.inputs).not.toHaveProperty("repositoryOpts");
  const credentials = resources.find(({ inputs }) => inputs.chartVersion !== undefined);
  expect(credentials?.inputs.chartVersion).toBe("2.2.1");
});

test("an item stands alone, and is named as its resource unless it is given a name", async () => {
  const resources = await recordResources(() => {
    new OnePasswordItem("db", { namespace: "app", vault: "Shared", item: "postgres" });
  });
  const item = resources.find(
    ({ type }) => type === "kubernetes:onepassword.com/v1:OnePasswordItem",
  );
  expect(item?.inputs).toMatchObject({
    metadata: { name: "db", namespace: "app" },
    spec: { itemPath: "vaults/Shared/items/postgres" },
  });
});
