import { ownTag } from "@opconnect/core";
import { unknownValue } from "@pulumi/pulumi/runtime/rpc.js";
import { afterEach, expect, test, vi } from "vitest";
import { check } from "./secret.ts";

const annotations = ownTag("object", { holder: "urn:former", claim: "first" });
vi.mock("./target.ts", async (importTarget) => ({
  ...(await importTarget()),
  connectSame: async () => ({ findSecret: async () => ({ fingerprint: "f", annotations }) }),
}));

afterEach(() => vi.unstubAllEnvs());

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

test.each([
  ["the cluster has, and the state lost, is said with what to do", "urn:former", "", 1],
  ["is taken over is not said", "urn:former", "true", 0],
  ["is another one's is not said", "urn:moved", "", 0],
])("a Secret that %s", async (_, holder, upsert, times) => {
  vi.stubEnv("PULUMI_K8S_UPSERT_EXISTING_OBJECTS", upsert);
  const said = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  await check({}, { ...news, clusterUid: "uid", holder }, {});
  const told = said.mock.calls.filter(([text]) => /PULUMI_K8S_ENABLE_PATCH_FORCE/.test(`${text}`));
  expect(told).toHaveLength(times);
  said.mockRestore();
});

test("a Secret that is replaced is none that the state lost", async () => {
  vi.stubEnv("PULUMI_K8S_UPSERT_EXISTING_OBJECTS", "");
  const said = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const inputs = { ...news, clusterUid: "uid", name: "replaced", holder: "urn:former" };
  await check({ ...inputs }, inputs, {});
  await check({}, inputs, {});
  expect(said.mock.calls.join()).not.toContain("PULUMI_K8S_ENABLE_PATCH_FORCE");
  said.mockRestore();
});

test.each([
  ["of the resource itself is taken over", "urn:former", "true", undefined],
  ["of another one is refused", "urn:moved", "true", /that of urn:former.*give it an alias/],
  ["of another one is that one's to share where nothing is taken over", "urn:moved", "", undefined],
])("a Secret %s", async (_, holder, upsert, refusal) => {
  vi.stubEnv("PULUMI_K8S_UPSERT_EXISTING_OBJECTS", upsert);
  const { failures = [] } = await check({}, { ...news, clusterUid: "uid", holder }, {});
  expect(failures.map(({ reason }) => reason)).toEqual(
    refusal === undefined ? [] : [expect.stringMatching(refusal)],
  );
});
