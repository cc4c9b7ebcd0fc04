import { unknownValue } from "@pulumi/pulumi/runtime/rpc.js";
import { expect, test } from "vitest";
import { check } from "./secret.ts";

const news = {
  clusterUid: unknownValue,
  namespace: "acme-prod-1password",
  name: "acme-prod-credentials",
  key: "1password-credentials.json",
  base64Key: "1password-credentials.base64",
};

test.each([
  ["of a Secret of a former release, one preview does not know whether it has both keys", "2.2.1"],
  ["of every other Secret, a preview knows that it has both keys", undefined],
])("%s", async (_, chartVersion) => {
  const { inputs } = await check({ ...news, chartVersion }, news, {});
  expect("hasBothKeys" in inputs).toBe(chartVersion === undefined);
});
