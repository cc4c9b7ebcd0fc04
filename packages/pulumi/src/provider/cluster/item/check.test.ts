import { unknownValue } from "@pulumi/pulumi/runtime/rpc.js";
import { expect, test } from "vitest";
import { check } from "./check.ts";

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
