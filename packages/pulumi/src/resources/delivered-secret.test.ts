import { beforeEach, expect, test } from "vitest";
import { recordResources } from "../../fixtures/recorder.ts";
import { ClusterTarget } from "./cluster-target.ts";
import { DeliveredSecret, type DeliveredSecretArgs } from "./delivered-secret.ts";

const from = "op://app/github/token";
const githubActions = { repository: "acme/infra", name: "TOKEN" };

async function record(make: () => Omit<DeliveredSecretArgs, "from"> & { from?: unknown }) {
  const recorded = await recordResources(() => {
    new DeliveredSecret("delivered", { from, ...make() } as DeliveredSecretArgs);
  });
  const found = recorded.find(({ name }) => name === "delivered");
  return { type: found?.type, inputs: found?.inputs ?? {} };
}

test("a Kubernetes Secret is written to the cluster that was meant", async () => {
  const { type, inputs } = await record(() => ({
    to: {
      kubernetes: {
        ...{ cluster: new ClusterTarget("target", { context: "prod" }), namespace: "ci" },
        ...{ name: "github", key: "token" },
      },
    },
  }));
  expect(type).toBe("pulumi-nodejs:dynamic/opconnect:DeliveredSecret");
  expect(inputs).toMatchObject({
    ...{ from, kind: "kubernetes", context: "prod", clusterUid: "cluster-uid" },
    ...{ namespace: "ci", name: "github", key: "token" },
    holder: expect.stringContaining("DeliveredSecret::delivered"),
  });
});

test("a secret of AWS has the settings and the tags of its store", async () => {
  const store = { region: "eu-central-1", kmsKeyId: "alias/acme", tags: { team: "a" } };
  const { inputs } = await record(() => ({
    to: { secretsManager: { name: "acme/github", store } },
  }));
  const { tags, ...settings } = store;
  expect(inputs).toMatchObject({
    ...{ kind: "secretsManager", name: "acme/github", tags },
    store: { kind: "secrets-manager", ...settings },
  });
});

test("a secret of GitHub Actions comes from a file of sops", async () => {
  const sops = { sopsFile: "secrets.enc.yaml", key: ["github", "token"] };
  const { inputs } = await record(() => ({ from: sops, to: { githubActions } }));
  expect(inputs).toMatchObject({ from: sops, kind: "githubActions", ...githubActions });
});

let args: { from: unknown; to: Record<string, unknown> };
beforeEach(() => {
  args = { from, to: { githubActions } };
});

test.each<[string, () => unknown, RegExp]>([
  [
    "no reference",
    () => (args.from = "app/github/token"),
    /from.*op:\/\/.*SECRET_REFERENCE_INVALID/,
  ],
  ["an attribute", () => (args.from = `${from}?attribute=otp`), /from.*SECRET_REFERENCE_INVALID/],
  ["no key", () => (args.from = { sopsFile: "a.yaml", key: [] }), /from\.key/],
  ["a key with a bracket", () => (args.from = { sopsFile: "a.yaml", key: ["a]["] }), /from\.key/],
  ["a misspelt field", () => (args.from = { file: "a.yaml", key: ["a"] }), /from/],
  ["nobody", () => (args.to = {}), /`to` names nobody.*exactly one of/],
  ["two", () => (args.to.secretsManager = { name: "x" }), /`to` names more than one/],
  [
    "no repository",
    () => (args.to = { githubActions: { ...githubActions, repository: "infra" } }),
    /to\.githubActions\.repository.*acme\/infra/,
  ],
  [
    "a name that GitHub keeps",
    () => (args.to = { githubActions: { ...githubActions, name: "GITHUB_X" } }),
    /to\.githubActions\.name/,
  ],
  [
    "a folder for AWS",
    () =>
      (args.to = {
        secretsManager: {
          name: "x",
          store: {
            kind: "age-file",
            folder: "x",
            recipients: ["age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"],
          },
        },
      }),
    /to\.secretsManager\.store\.kind` is no AWS Secrets Manager/,
  ],
  [
    "another cluster",
    () => (args.to = { kubernetes: { cluster: {}, namespace: "a", name: "b", key: "c" } }),
    /to\.kubernetes\.cluster.*a ClusterTarget/,
  ],
])("%s is refused, by its field", async (_, spoil, says) => {
  spoil();
  let refusal: unknown;
  await recordResources(() => {
    try {
      new DeliveredSecret("delivered", args as unknown as DeliveredSecretArgs);
    } catch (error) {
      refusal = error;
    }
  });
  expect(String(refusal)).toMatch(says);
});
