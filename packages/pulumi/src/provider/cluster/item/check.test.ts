import { ConnectError } from "@opconnect/core";
import { unknownValue } from "@pulumi/pulumi/runtime/rpc.js";
import { expect, test, vi } from "vitest";
import { check } from "./check.ts";

const connectSame = vi.hoisted(() => vi.fn());
vi.mock("../target.ts", async (importOriginal) => {
  const target = await importOriginal<typeof import("../target.ts")>();
  connectSame.mockImplementation(target.connectSame);
  return { ...target, connectSame };
});

const inputs = {
  clusterUid: unknownValue,
  namespace: "app",
  name: "db",
  itemPath: "vaults/a/items/b",
  type: "Opaque",
  labels: {},
  adopt: false,
  stack: "client/acme-prod",
  holder: "holder",
};

test("a cluster that is not known yet is not asked, and what was found before is not repeated", async () => {
  const news = { ...inputs, found: { uid: "before" } };
  expect(await check({}, news, {})).toEqual({ inputs });
});

test("a preview is not held up where the cluster does not answer", async () => {
  const unreachable = { ...inputs, clusterUid: "cluster", kubeconfig: "does-not-exist" };
  expect(await check({}, unreachable, {})).toEqual({ inputs: unreachable });
});

test.each([
  [{ name: "My_Db" }, "name", /The name of an item and its Secret is "My_Db"/],
  [{ name: "a".repeat(254) }, "name", /ARGUMENT_INVALID/],
  [{ namespace: "app.web" }, "namespace", /The namespace of an item is "app.web"/],
  [{ namespace: "" }, "namespace", /ARGUMENT_INVALID/],
])("a name that Kubernetes does not take is refused: %o", async (change, property, reason) => {
  const { failures } = await check({}, { ...inputs, ...change }, {});
  expect(failures).toEqual([{ property, reason: expect.stringMatching(reason) }]);
});

test("a Secret may have dots in its name, and what is not known yet any name", async () => {
  expect(await check({}, { ...inputs, name: "tls.acme.com" }, {})).not.toHaveProperty("failures");
  expect(await check({}, { ...inputs, name: unknownValue }, {})).not.toHaveProperty("failures");
});

test("another path than the state's shows: a person's, or that of an update cut short", async () => {
  const known = { uid: "uid", type: "Opaque", labels: {}, itemPath: "vaults/a/items/c" };
  const observed = { item: "ours", secret: "item's", namespace: "there", claims: [], known };
  connectSame.mockResolvedValueOnce({ observeItem: async () => observed });
  const news = { ...inputs, clusterUid: "cluster" };
  const drift = "the OnePasswordItem names another item of 1Password";
  expect(await check(news, news, {})).toMatchObject({ inputs: { found: { uid: "uid", drift } } });
  connectSame.mockResolvedValueOnce({ observeItem: async () => observed });
  const refreshed = await check({ ...news, itemPath: known.itemPath }, news, {});
  expect(refreshed.inputs.found).not.toHaveProperty("drift");
});

test("an item of the last update is not another's because the stack has a new name", async () => {
  const refusal = new ConnectError("CLUSTER_OBJECT_FOREIGN", "There is one.", "Rename it.");
  const observed = { item: "foreign", secret: "foreign", namespace: "there", claims: [], refusal };
  const cluster = { observeItem: async () => observed };
  for (let looks = 0; looks < 3; looks += 1) connectSame.mockResolvedValueOnce(cluster);
  const news = { ...inputs, clusterUid: "cluster" };
  expect(await check(news, news, {})).toEqual({ inputs: { ...news, found: { claims: [] } } });
  const refused = { inputs: news, failures: [{ property: "name", reason: refusal.message }] };
  expect(await check({}, news, {})).toEqual(refused);
  expect(await check({ ...news, found: { uid: "another" } }, news, {})).toEqual(refused);
});
