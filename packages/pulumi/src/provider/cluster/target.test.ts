import { ConnectError, ownTag } from "@opconnect/core";
import { afterEach, expect, test, vi } from "vitest";
import { check } from "./target.ts";

const annotations = ownTag("object", { holder: "urn:former", claim: "first" });
const findSecret = vi.fn(async () => ({ fingerprint: "f", annotations }));
vi.mock("@opconnect/provision/cluster", () => ({
  connectCluster: async () => ({
    uid: async () => "uid",
    readNamespace: async () => ({ isOurs: true, isGoing: false }),
    findSecret,
  }),
}));

afterEach(() => vi.unstubAllEnvs());

async function refusalOf(holder: string, olds: object = {}) {
  const secrets = [{ name: "acme-prod-operator-token", holder }];
  const news = { namespace: "acme-prod-1password", namespaceOwner: "opconnect", secrets };
  const { failures = [] } = await check({ ...olds }, news, {});
  return failures.map(({ reason }) => reason).join();
}

test("what a lost state knew is taken over by the resource that has it", async () => {
  vi.stubEnv("PULUMI_K8S_UPSERT_EXISTING_OBJECTS", "true");
  expect(await refusalOf("urn:former")).toBe("");
});

test("what another component has is not taken over, before anything is made", async () => {
  vi.stubEnv("PULUMI_K8S_UPSERT_EXISTING_OBJECTS", "true");
  expect(await refusalOf("urn:moved")).toMatch(
    /acme-prod-operator-token is noted as that of urn:former.*give it an alias/,
  );
});

test("an environment that the state knows takes nothing over", async () => {
  vi.stubEnv("PULUMI_K8S_UPSERT_EXISTING_OBJECTS", "true");
  expect(await refusalOf("urn:moved", { clusterUid: "uid" })).toBe("");
});

test("an identity that may not look at the Secrets is let through", async () => {
  vi.stubEnv("PULUMI_K8S_UPSERT_EXISTING_OBJECTS", "true");
  findSecret.mockRejectedValue(new ConnectError("CLUSTER_ACCESS_DENIED", "No.", "Ask."));
  expect(await refusalOf("urn:moved")).toBe("");
});
