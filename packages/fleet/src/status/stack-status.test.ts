import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeStoreTags, openStore } from "@opconnect/provision";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  quotingWays,
  seededPassword,
  seededResources,
  waysFound,
} from "../../fixtures/seeded-run.ts";
import { renderStatusPage } from "./page.ts";
import { describeStatus } from "./stack-status.ts";

const appId = "vaultaaaaaaaaaaaaaaaaaaaaa";
const vaults = [{ key: "app", id: appId, access: "read" }] as const;
const tokenId = "tokenaaaaaaaaaaaaaaaaaaaaa";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "opconnect-status-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** A stack of which the store knows the token, minted in January. */
async function exported() {
  const recipients = ["age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"];
  const store = { kind: "age-file", folder: join(folder, "store"), recipients } as const;
  const opened = openStore(store);
  const { secretId } = await opened.ensureSecret({ name: "opconnect/acme/prod/operator-token" });
  const mintedAt = new Date("2026-01-01T00:00:00Z");
  const expiresAt = new Date("2036-01-01T00:00:00Z");
  const tags = encodeStoreTags({ tokenId, mintedAt, expiresAt, vaults, fingerprint: "none" });
  await opened.write({ secretId, value: "fixture-token", tags });
  const ours = (kind: string, outputs: object) => {
    const type = `pulumi-nodejs:dynamic/opconnect:${kind}`;
    return { urn: `urn:pulumi:main::p::${type}::${kind}`, type, id: kind, outputs };
  };
  const token = {
    ...{ name: "acme-prod-operator", consumer: "operator", tokenId, serverId: "SERVER" },
    ...{ secretId, versionId: "one", store, vaults, rotateAfter: "30d" },
  };
  const cluster = { clusterUid: "uid-of-cluster", namespace: "acme-prod-1password" };
  const containers = [{ image: "1password/onepassword-operator:1.12.0" }];
  return {
    version: 3,
    deployment: {
      manifest: { time: "2026-05-05T12:00:00Z" },
      resources: [
        ours("ConnectToken", token),
        ours("Vault", { title: "acme-prod-app", vaultId: appId }),
        ours("ClusterSecret", {
          ...{ ...cluster, name: "acme-prod-credentials", key: "file", content: "c" },
          ...{ fingerprint: "f", base64Key: "base64" },
        }),
        ours("OperatorScope", { ...cluster, namespaces: ["app"] }),
        ours("OnePasswordItem", {
          ...{ namespace: "app", name: "db", itemPath: `vaults/${appId}/items/postgres` },
          ...{ drift: ["Its labels were changed."] },
        }),
        {
          urn: "urn:pulumi:main::p::kubernetes:apps/v1:Deployment::operator",
          type: "kubernetes:apps/v1:Deployment",
          outputs: {
            metadata: { labels: { "helm.sh/chart": "connect-2.4.1" } },
            spec: { template: { spec: { containers } } },
          },
        },
      ],
    },
  };
}

const stack = { name: "acme-prod", client: "acme", environment: "prod" };

test("a status tells versions, ages, what is due, and which Secrets a vault reaches", async () => {
  const status = await describeStatus(stack, await exported(), (path) => path);
  expect(status).toMatchObject({
    ...{ stack: "acme-prod", updatedAt: "2026-05-05T12:00:00.000Z", chart: "2.4.1" },
    ...{ operator: "1.12.0", cluster: "uid-of-cluster", drift: ["Its labels were changed."] },
  });
  expect(status.credentials).toMatchObject([
    {
      ...{ kind: "token", name: "acme-prod-operator", id: tokenId },
      ...{ mintedAt: "2026-01-01T00:00:00.000Z", expiresAt: "2036-01-01T00:00:00.000Z" },
      rotation: "rotateAfter 30d passed on 2026-01-31",
    },
  ]);
  expect(status.reach).toEqual([
    {
      ...{ vault: "app", vaultId: appId, access: "read", consumer: "operator" },
      ...{ isInCluster: true, namespaces: ["app"], secrets: ["app/db"] },
    },
  ]);
  expect(JSON.stringify(status)).not.toContain("fixture-token");
});

test.each(quotingWays)(
  "a secret of the state, %s, is in neither status nor page",
  async (_, quote) => {
    const text = quote(seededPassword);
    const { version, deployment } = await exported();
    const own = deployment.resources.map((each) => ({
      ...each,
      inputs: { note: text },
      outputs: { ...each.outputs, note: text, [text]: text },
    }));
    const resources = [...seededResources(text), ...own];
    const state = { version, deployment: { ...deployment, resources } };
    expect(waysFound(seededPassword, JSON.stringify(state))).not.toEqual([]);
    const status = await describeStatus(stack, state, (path) => path);
    expect(status).toMatchObject({ chart: "2.4.1", operator: "1.12.0" });
    const page = renderStatusPage("acme", [status], new Date("2026-06-01T00:00:00Z"));
    for (const form of [JSON.stringify(status), page]) {
      expect(waysFound(seededPassword, form)).toEqual([]);
    }
  },
);

test("of a service account a status tells which token the store has, and what the operator reads", async () => {
  const { version, deployment } = await exported();
  const [minted, , written, ...others] = deployment.resources;
  const { store, secretId } = Object(minted).outputs;
  const secret = "opconnect/acme/prod/operator-token";
  const account = { secret, secretId, versionId: "one", fingerprint: "f", store };
  const token = { ...minted, type: "pulumi-nodejs:dynamic/opconnect:ServiceAccountToken" };
  const urn = String(written?.urn).replace("::p::", "::p::opconnect:index:ConnectDeployment$");
  const held = { ...written, urn, outputs: { ...written?.outputs, secretId } };
  const told = async (outputs: object, inCluster: object = held) => {
    const resources = [{ ...token, outputs }, inCluster, ...others];
    return describeStatus(
      stack,
      { version, deployment: { ...deployment, resources } },
      (path) => path,
    );
  };
  const { credentials, reach } = await told(account);
  const own = { kind: "account-token", name: secret, id: secretId, consumer: "operator" };
  const notes = ["The store has another token, which the next update rolls out."];
  expect(credentials).toEqual([{ ...own, notes }]);
  expect(reach).toEqual([
    {
      ...{ vault: appId, vaultId: appId, access: "read", consumer: "operator" },
      ...{ isInCluster: true, namespaces: ["app"], secrets: ["app/db"] },
    },
  ]);
  const { versionId } = (await openStore(store).describe(secretId)) ?? {};
  expect((await told({ ...account, versionId })).credentials).toEqual([{ ...own, notes: [] }]);
  const elsewhere = await told(account, { ...held, urn: written?.urn });
  expect(elsewhere).toMatchObject({ credentials: [{ consumer: undefined }], reach: [] });
  expect((await told({ ...account, secret: "age:gone" })).credentials).toMatchObject([
    { notes: [expect.stringContaining("no token of a service account in age:gone")] },
  ]);
});

test("a stack without an environment says so", async () => {
  const empty = describeStatus(stack, { version: 3, deployment: {} }, (path) => path);
  await expect(empty).rejects.toMatchObject({ code: "PULUMI_STACK_UNSUITED" });
});

test("the page shows it, takes nothing for markup, and asks no network", async () => {
  const status = await describeStatus(stack, await exported(), (path) => path);
  const happened = "<script>alert(1)</script>";
  const failure = { code: "PULUMI_FAILED", happened, remedy: "" } as const;
  const failed = { stack: "<b>", credentials: [], reach: [], drift: [], failure };
  const page = renderStatusPage("acme", [status, failed], new Date("2026-06-01T00:00:00Z"));
  expect(page).toContain("151 days old");
  expect(page).toContain("app (read) in app: app/db");
  expect(page).not.toContain("<script>alert");
  expect(page).not.toMatch(/(src|href)=|https?:/);
});
