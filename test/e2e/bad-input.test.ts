import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { environmentConfig } from "../harness/act/environment-config.ts";
import { createProject, type Project } from "../harness/act/project.ts";
import { countOpCalls } from "../harness/disturb/call-counter.ts";
import {
  type OtherCluster,
  renderKubeconfig,
  startOtherCluster,
} from "../harness/disturb/other-cluster.ts";
import { tokenOfOtherServer } from "../harness/disturb/other-connect-server.ts";
import { startRefusingStore } from "../harness/disturb/refusing-store.ts";
import { activeMinted, listedVaults } from "../harness/look/account.ts";
import { type OutsideWorld, outsideWorld } from "../harness/look/outside-world.ts";
import {
  createStoredSecret,
  putStoredValue,
  removeStoredSecret,
  storedSecrets,
  storedValue,
} from "../harness/look/stored-secrets.ts";
import { rig } from "../harness/rig-lane.ts";
import { sampled } from "../harness/sampled.ts";

function settings(client: string, change: object = {}) {
  return { args: environmentConfig(rig, client, { items: {}, ...change }).args };
}

describe("at preview", () => {
  let project: Project;
  let ownProvider: Project;
  let elsewhere: OtherCluster;
  let before: OutsideWorld;
  beforeAll(async () => {
    elsewhere = await startOtherCluster();
    const config = settings("mistaken");
    project = await createProject({ ...rig, name: "mistaken", config });
    ownProvider = await createProject({
      ...rig,
      name: "mistaken-cluster",
      program: "own-cluster-provider",
      config: {
        ...settings("mistaken", { cluster: { kubeconfig: elsewhere.kubeconfig } }),
        kubeconfig: rig.kubeconfig,
      },
    });
    before = await outsideWorld(rig);
  });
  afterAll(async () => {
    await elsewhere.stop();
  });

  async function expectRefusal(tried: Project, message: RegExp): Promise<void> {
    const opCalls = await countOpCalls(rig);
    const { exitCode, output } = await tried.preview();
    expect(exitCode, output).not.toBe(0);
    expect(output).toMatch(message);
    // No stack, and none of the keys that a kubeconfig holds.
    expect(output).not.toMatch(/^ +at |fixture-token/m);
    expect(await opCalls()).toEqual([]);
    expect(await outsideWorld(rig)).toEqual(before);
  }

  // Stack configuration, which no compiler has seen.
  const mistakes = sampled<[string, object, RegExp]>([
    [
      "an item whose key names no Secret",
      { items: { Postgres_DB: { namespace: "app", vault: "app", item: "postgres" } } },
      /`items\.Postgres_DB` has a name that is not possible\. Use .*\[ARGUMENT_INVALID\]/,
    ],
    [
      "a namespace that is none",
      { items: { db: { namespace: "Gam App", vault: "app", item: "postgres" } } },
      /`items\.db\.namespace` is "Gam App"\. Pass .*\[ARGUMENT_INVALID\]/,
    ],
    [
      "an access that is none",
      { vaults: { app: { access: "readwrite" } } },
      /`vaults\.app\.access` is "readwrite"\. .* Did you mean "read-write"\? \[ARGUMENT_INVALID\]/,
    ],
    [
      "a security setting that is misspelt",
      { tokens: { ci: { rotateafter: "90d" } } },
      /`tokens\.ci\.rotateafter` is no field.* Did you mean "rotateAfter"\? \[ARGUMENT_INVALID\]/,
    ],
    [
      "a text for vaults",
      { vaults: "app" },
      /`vaults` is "app"\. Pass a list .*\[ARGUMENT_INVALID\]/,
    ],
    [
      "nothing for a vault",
      { vaults: { app: null } },
      /`vaults\.app` is null\. .*\[ARGUMENT_INVALID\]/,
    ],
    [
      "an empty list of namespaces",
      { operator: { watchNamespaces: [] } },
      /`operator\.watchNamespaces` is empty, .*all namespaces\..*\[ARGUMENT_INVALID\]/,
    ],
    [
      "a token that the chart would put into a Secret, without being shown",
      { values: { operator: { serviceAccountToken: { value: "fixture-token" } } } },
      /`values\.operator\.serviceAccountToken\.value` would put a secret .*\[ARGUMENT_INVALID\]/,
    ],
    [
      "a token at any depth of values, without being shown",
      {
        values: {
          connect: { customEnvVars: [{ name: "A", value: `ops_eyJ${"fixture-token".repeat(3)}` }] },
        },
      },
      /`values\.connect\.customEnvVars\.0\.value` looks like a secret.*\[ARGUMENT_INVALID\]/,
    ],
    [
      "a client name with a slash",
      { client: "mistaken/eu" },
      /client is "mistaken\/eu".*\[CONVENTION_VALUE\]/,
    ],
    [
      "a chart version that does not exist",
      { chart: { version: "1.9.9" } },
      /Version "1\.9\.9" .*Use 1\.17\.0.*\[CHART_VERSION_UNSUPPORTED\]/,
    ],
    [
      "a chart version that is not supported",
      { chart: { version: "2.0.0" } },
      /Version "2\.0\.0" .*ignores every token Secret.*\[CHART_VERSION_UNSUPPORTED\]/,
    ],
    [
      "a vault key used twice",
      { vaults: ["app", "app"] },
      /`vaults` names the key "app" twice\..*\[VAULT_KEY_DUPLICATE\]/,
    ],
    [
      "a token that expires before it is rotated",
      { tokens: { ci: { expiresIn: "30d", rotateAfter: "60d" } } },
      /"ci" has `rotateAfter: "60d"`.*\[TOKEN_ROTATION_INVALID\]/,
    ],
    [
      "a token that is dead at birth",
      { tokens: { ci: { expiresIn: "0d" } } },
      /`expiresIn` is "0d".*\[TOKEN_EXPIRY_INVALID\]/,
    ],
    [
      "a token for a vault that its server does not have",
      { tokens: { ci: { vaults: ["other"] } } },
      /"ci" shall cover "other".*\[TOKEN_SCOPE_INVALID\]/,
    ],
    [
      "a vault id that is none",
      { vaults: { app: { id: "app" } } },
      /`vaults\.app\.id` is "app".*\[VAULT_ID_INVALID\]/,
    ],
    [
      "a recovery window that Secrets Manager does not have",
      { store: { recoveryWindowInDays: 3 } },
      /`store\.recoveryWindowInDays` is 3\. Pass 0 or .*\[ARGUMENT_INVALID\]/,
    ],
    [
      "a link to an item that is cut short",
      { items: { db: { namespace: "mistaken", link: "https://start.1password.com/open/i?a=AB" } } },
      /`items\.db`: .*"Copy Private Link".*\[SHARE_LINK_INVALID\]/,
    ],
    [
      "a taint that is misspelt",
      { pods: { tolerations: [{ key: "infra", efect: "NoSchedule" }] } },
      /`pods\.tolerations\[0\]\.efect` is no field.* Did you mean "effect"\? \[ARGUMENT_INVALID\]/,
    ],
    [
      "an address in place of a registry",
      { images: { registry: "https://mirror.example" } },
      /`images\.registry` is "https:\/\/mirror\.example"\. Pass the host .*\[ARGUMENT_INVALID\]/,
    ],
    [
      "an image without a digest beside one that has one",
      { images: { digests: { "1password/connect-api:0.1": `sha256:${"0".repeat(64)}` } } },
      /`images\.digests` has none for 1password\/.*imagetools inspect.*\[ARGUMENT_INVALID\]/,
    ],
    [
      "a place for pods that is said twice",
      { pods: { priorityClass: "a" }, values: { operator: { priorityClassName: "b" } } },
      /`values\.operator\.priorityClassName` sets what opconnect sets.*\[ARGUMENT_INVALID\]/,
    ],
    [
      "a chart that is not there",
      { chart: { path: "/nowhere/chart" } },
      /"\/nowhere\/chart": there is no chart.*\[ARGUMENT_INVALID\]/,
    ],
    [
      "a kubeconfig that does not exist, without being shown",
      { cluster: { kubeconfig: "/nowhere/kubeconfig" } },
      /neither the path of a file here nor the content of one\..*\[CLUSTER_CONFIG_INVALID\]/,
    ],
    [
      "a context that the kubeconfig does not have",
      { cluster: { kubeconfig: renderKubeconfig("http://127.0.0.1:9"), context: "office" } },
      /no context "office"; its contexts: "home", "away"\..*\[CLUSTER_CONFIG_INVALID\]/,
    ],
  ]);
  test.each(mistakes)("%s is refused", async (_, change, message) => {
    await project.configure(settings("mistaken", change));
    await expectRefusal(project, message);
  });

  test("a Kubernetes provider without server-side apply is refused", async () => {
    await project.configure(settings("mistaken"));
    const without = { PULUMI_K8S_ENABLE_SERVER_SIDE_APPLY: "false" };
    for (const words of [["preview"], ["up", "--yes", "--skip-preview"]]) {
      const { exitCode, output } = await project.pulumi(words, without);
      expect(exitCode, output).not.toBe(0);
      expect(output).toMatch(/server-side apply turned off.*SideApply.*\[ARGUMENT_INVALID\]/);
      expect(output).not.toContain("patch resources require");
    }
    expect(await outsideWorld(rig)).toEqual(before);
  });

  test("a Kubernetes provider that reaches another cluster than `cluster` says is refused", async () => {
    await expectRefusal(ownProvider, /Kubernetes provider reaches.*\[CLUSTER_MISMATCH\]/);
    const { exitCode, output } = await ownProvider.up();
    expect(exitCode, output).not.toBe(0);
    expect(output).toContain("[CLUSTER_MISMATCH]");
    expect(await outsideWorld(rig)).toEqual(before);
  });
});

describe("a store", () => {
  const credentials = "opconnect/denied/prod/credentials";
  const token = "opconnect/denied/prod/operator-token";
  let project: Project;
  beforeAll(async () => {
    const config = settings("denied", { store: { recoveryWindowInDays: 0 } });
    project = await createProject({ ...rig, name: "denied", config });
  });
  afterAll(async () => {
    await project.destroy();
  });

  async function upRefusing(...actions: readonly string[]) {
    const store = await startRefusingStore(rig, actions);
    try {
      return await project.pulumi(["up", "--yes", "--skip-preview"], {
        AWS_ENDPOINT_URL: store.url,
      });
    } finally {
      await store.stop();
    }
  }

  test("that lets no secret be created stops everything", async () => {
    const before = await outsideWorld(rig);
    const opCalls = await countOpCalls(rig);
    const { exitCode, output } = await upRefusing("CreateSecret");
    expect(exitCode, output).not.toBe(0);
    expect(output).toMatch(/Allow secretsmanager:CreateSecret on .*\[STORE_ACCESS_DENIED\]/);
    expect(await opCalls()).toEqual([]);
    expect(await outsideWorld(rig)).toEqual(before);
  });

  test("that takes no tags is refused when there are vaults and nothing else", async () => {
    const before = await outsideWorld(rig);
    const { exitCode, output } = await upRefusing("TagResource");
    expect(exitCode, output).not.toBe(0);
    expect(output).toMatch(/Allow secretsmanager:TagResource on .*\[STORE_ACCESS_DENIED\]/);
    const { cluster, account } = await outsideWorld(rig);
    expect(cluster).toEqual(before.cluster);
    const added = account.filter((line) => !before.account.includes(line));
    expect(added.map((line) => line.replace(/ [a-z0-9]{26} /, " ")).sort()).toEqual([
      "vault denied-prod-app",
      "vault denied-prod-data",
    ]);
  });

  test("that takes no value leaves no Connect server behind", async () => {
    const before = await outsideWorld(rig);
    const { exitCode, output } = await upRefusing("PutSecretValue");
    expect(exitCode, output).not.toBe(0);
    expect(output).toMatch(/Allow secretsmanager:PutSecretValue on .*\[STORE_ACCESS_DENIED\]/);
    expect(await outsideWorld(rig)).toEqual(before);
  });

  test("that lets all pass takes the environment, with the vaults of the refused attempts", async () => {
    const vaults = await listedVaults(rig);
    const { exitCode, output } = await project.up();
    expect(exitCode, output).toBe(0);
    expect(await listedVaults(rig)).toEqual(vaults);
    expect(await activeMinted(rig, "denied")).toEqual({ servers: 1, tokens: 1 });
  });

  test("that holds something else gets the right version back, and nothing is minted", async () => {
    const whole = await storedValue(rig, credentials);
    await expectPutBack(credentials, whole.slice(0, whole.length / 2));
    const vaultId = (await listedVaults(rig)).get("denied-prod-app") ?? "";
    await expectPutBack(token, await tokenOfOtherServer(rig, vaultId));
  });

  /** Puts a value into the store for one `up`, which has to look there for server and token. */
  async function expectPutBack(secret: string, value: string) {
    const before = await outsideWorld(rig);
    const held = await storedValue(rig, secret);
    await putStoredValue(rig, secret, value);
    await project.forget(/:ConnectServer::|:ConnectToken::/);
    const { exitCode, output } = await project.up();
    expect(exitCode, output).toBe(0);
    expect(output).not.toContain(value);
    expect((await storedValue(rig, secret)) === held).toBe(true);
    expect(await outsideWorld(rig)).toEqual(before);
  }
});

describe("a secret that a person filled by hand", () => {
  const credentials = "opconnect/handmade/prod/credentials";
  const token = "opconnect/handmade/prod/operator-token";
  let project: Project;
  beforeAll(async () => {
    const config = settings("handmade", { store: { recoveryWindowInDays: 0 } });
    project = await createProject({ ...rig, name: "handmade", config });
  });
  afterAll(async () => {
    await project.destroy();
    await removeStoredSecret(rig, token);
  });

  test("with a credentials file cut short is refused, and no server is minted", async () => {
    const value = '{"verifier":{"salt":"fixture-salt","localHash":"fixt';
    await createStoredSecret(rig, credentials, value);
    const { exitCode, output } = await project.up();
    expect(exitCode, output).not.toBe(0);
    expect(output).toMatch(/cut short.*\[CREDENTIALS_FILE_INVALID\]/);
    expect(output).not.toContain(value);
    expect(await activeMinted(rig, "handmade")).toEqual({ servers: 0, tokens: 0 });
    await removeStoredSecret(rig, credentials);
  });

  test("with the token of another Connect server is refused, and no token is minted", async () => {
    const vaultId = (await listedVaults(rig)).get("handmade-prod-app") ?? "";
    const value = await tokenOfOtherServer(rig, vaultId);
    await removeStoredSecret(rig, token);
    await createStoredSecret(rig, token, value);
    expect((await project.refresh()).exitCode).toBe(0);
    const { exitCode, output } = await project.up();
    expect(exitCode, output).not.toBe(0);
    expect(output).toMatch(/belongs to Connect server.*\[TOKEN_MISMATCH\]/);
    expect(output).not.toContain(value);
    expect(await activeMinted(rig, "handmade")).toEqual({ servers: 1, tokens: 0 });
  });

  test("is kept by a destroy", async () => {
    const { exitCode, output } = await project.destroy();
    expect(exitCode, output).toBe(0);
    const kept = (await storedSecrets(rig)).filter((line) => line.includes("/handmade/"));
    expect(kept.map((line) => line.split(" ")[0])).toEqual([token]);
  });
});
