import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as core from "@opconnect/core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { createProgram } from "../../packages/cli/src/program.ts";
import { runCommand } from "../../packages/cli/src/run-command.ts";
import { loadClusterConfig } from "../../packages/provision/src/cluster/config.ts";
import { openStore } from "../../packages/provision/src/store/open-store.ts";
import { recordResources } from "../../packages/pulumi/fixtures/recorder.ts";
import * as pulumi from "../../packages/pulumi/src/index.ts";

// A person pastes a secret where a name, a path or an address belongs: no error, no log may show it.

const base64 = (text: string) => Buffer.from(text).toString("base64");
const markers: Readonly<Record<string, string>> = {
  "a kubeconfig in base64": base64("apiVersion: v1\nusers: [{ user: { token: fixture-marker } }]"),
  "an identity of age": "AGE-SECRET-KEY-1FIXTUREMARKER7Q0QNK6ZJ6PS3Q",
  "a private key": "-----BEGIN PRIVATE KEY-----\nfixture-marker\n-----END PRIVATE KEY-----",
  "an address with a password": "https://user:fixture-marker@api.example.com",
  "a Connect token": `eyJhbGciOiJFUzI1NiJ9.${base64("fixture-marker")}.fixture-marker`,
  "a token of a service account": `ops_${base64('{"email":"fixture-marker"}')}`,
  "a line of ~/.aws/credentials": "aws_secret_access_key=fixture-marker",
};
const traces = ["fixture-marker", "FIXTUREMARKER", base64("fixture-marker"), "ZpeHR1cmUtbWFya2Vy"];

/** What of a text shows a marker; never the marker itself, as a failed expectation prints it. */
function shown(text: string): boolean {
  return traces.some((trace) => text.includes(trace));
}

async function failureOf(work: () => unknown): Promise<string> {
  try {
    await work();
    return "";
  } catch (error) {
    return error instanceof Error ? `${error.message}\n${error.stack}` : String(error);
  }
}

describe("on the command line", () => {
  let home: string;
  const written: string[] = [];
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "opconnect-inputs-"));
    for (const name of Object.keys(process.env)) {
      if (/^(AWS|OP|PULUMI|KUBE|OPCONNECT)/.test(name)) vi.stubEnv(name, undefined);
    }
    vi.stubEnv("PATH", home);
    vi.stubEnv("HOME", home);
    vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
    vi.stubEnv("AWS_ENDPOINT_URL", "http://127.0.0.1:9");
    vi.stubEnv("AWS_MAX_ATTEMPTS", "1");
    for (const stream of [process.stdout, process.stderr]) {
      vi.spyOn(stream, "write").mockImplementation((text) => written.push(String(text)) > 0);
      stream.setMaxListeners(0);
    }
  });
  afterAll(async () => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
    process.exitCode = 0;
    await rm(home, { recursive: true, force: true });
  });

  async function output(args: readonly string[]): Promise<string> {
    written.length = 0;
    await runCommand(args);
    return written.join("");
  }

  const inputs = commandsOf(createProgram("0"), []).flatMap(({ words, command }) => [
    ...command.options
      .filter((option) => option.required || option.optional)
      .map((option) => ({ words, place: option.long ?? "", values: [option.long ?? ""] })),
    ...command.registeredArguments.map((argument) => ({
      words,
      place: argument.name(),
      values: [],
    })),
    { words, place: "an unknown option", values: ["--what"] },
  ]);

  test.each(inputs)("$words: $place", async ({ words, values, place }) => {
    for (const [what, marker] of Object.entries(markers)) {
      const item = words.includes("aws-credentials") && place !== "--item" ? ["--item", "x"] : [];
      const text = await output([...words, ...item, ...values, marker]);
      expect(shown(text), what).toBe(false);
      expect(shown(await output([...words, `${values[0] ?? ""}=${marker}`])), what).toBe(false);
    }
  });

  test.each([
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_ENDPOINT_URL_STS",
    "HTTPS_PROXY",
    "HOME",
    "XDG_CACHE_HOME",
    "OP_ACCOUNT",
    "OP_SERVICE_ACCOUNT_TOKEN",
    "KUBECONFIG",
    "OPCONNECT_AGE_IDENTITY_FILE",
  ])("the variable %s", async (name) => {
    for (const [what, marker] of Object.entries(markers)) {
      const before = process.env[name];
      process.env[name] = /HOME$/.test(name) ? join(home, marker) : marker;
      onTestFinished(() => {
        if (before === undefined) delete process.env[name];
        else process.env[name] = before;
      });
      const calls = [["--item", "x"], ["status"], ["clear"], ["setup", "--yes"]];
      for (const words of calls) {
        expect(shown(await output(["aws-credentials", ...words])), what).toBe(false);
      }
    }
  });
});

type Command = ReturnType<typeof createProgram>;

function commandsOf(
  command: Command,
  words: readonly string[],
): readonly { readonly words: readonly string[]; readonly command: Command }[] {
  const own = words.length === 0 ? [] : [{ words, command }];
  return [...own, ...command.commands.flatMap((each) => commandsOf(each, [...words, each.name()]))];
}

describe("in functions", () => {
  const environment = { client: "acme", environment: "prod" };
  const calls: Readonly<Record<string, (marker: string) => unknown>> = {
    chartFacts: (marker) => core.chartFacts(marker),
    checkVaultIds: (marker) => core.checkVaultIds([{ vaultId: marker, access: "read" }] as never),
    createConvention: (marker) => core.createConvention({ vault: marker }),
    "a name's client": (marker) =>
      core.createConvention().names({ ...environment, client: marker }),
    decodeConnectToken: (marker) => core.decodeConnectToken(marker),
    itemPath: (marker) => core.itemPath({ vault: marker, item: "x" }),
    itemPathFrom: (marker) => core.itemPathFrom(marker),
    parseCredentialsFile: (marker) => core.parseCredentialsFile(marker),
    parseDurationSeconds: (marker) => core.parseDurationSeconds(marker),
    parseItemPath: (marker) => core.parseItemPath(marker),
    parseShareLink: (marker) => core.parseShareLink(marker),
    loadClusterConfig: (marker) => loadClusterConfig({ kubeconfig: marker, context: "x" }),
    "loadClusterConfig's context": (marker) =>
      loadClusterConfig({ kubeconfig: "apiVersion: v1\nkind: Config", context: marker }),
    "the kind of a store": (marker) => openStore({ kind: marker } as never),
    "the folder of age files": (marker) =>
      openStore({ kind: "age-file", folder: `/nowhere/${marker}`, recipients }).read(`age:x`),
    "the identity of age files": (marker) =>
      openStore({ kind: "age-file", folder: "/nowhere", recipients, identityFile: marker }),
    "the id of a secret": (marker) =>
      openStore({ kind: "age-file", folder: "/nowhere", recipients }).read(marker),
    ...Object.fromEntries(
      ["region", "profile", "roleArn", "kmsKeyId"].map((field) => [
        `the store's ${field}`,
        (marker: string) =>
          openStore({ kind: "secrets-manager", region: "eu-central-1", [field]: marker }),
      ]),
    ),
  };
  const recipients = ["age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"];

  test.each(Object.entries(calls))("%s", async (_, call) => {
    for (const [what, marker] of Object.entries(markers)) {
      expect(shown(await failureOf(() => call(marker))), what).toBe(false);
    }
  });
});

describe("in the arguments of", () => {
  const identity = {
    client: "acme",
    environment: "prod",
    convention: { server: "{client}-{environment}" },
  };
  const id = "abcdefghijklmnopqrstuvwxyz";
  const roleArn = "arn:aws:iam::123456789012:role/opconnect";
  const tags = { team: "platform" };
  const store = {
    ...{
      region: "eu-central-1",
      profile: "acme",
      roleArn,
      externalId: "acme",
      kmsKeyId: "alias/acme",
    },
    ...{ recoveryWindowInDays: 7, replicaRegions: ["eu-west-1"], readers: [roleArn], tags },
  };
  const ageFile = {
    kind: "age-file",
    folder: "secrets",
    recipients: ["age1fixturefixturefixture"],
  };
  const cluster = { kubeconfig: "~/.kube/clients", context: "prod" };
  const containers = { requests: { cpu: "100m" }, limits: { memory: "64Mi" } };
  const roles = { Developers: "read" } as const;
  const settings = { description: "Keys", icon: "gears", groups: roles, users: roles, adopt: true };
  const vault = { ...settings, deleteWithEnvironment: "even-if-not-empty" } as const;
  const vaults = { app: { ...vault, access: "read" }, shared: { id } } as const;
  const item = { namespace: "app", vault: "app", item: "postgres", type: "Opaque" };
  const link = `https://start.1password.com/open/i?a=${id}&v=${id}&i=${id}&h=acme.1password.com`;
  const installation = {
    ...identity,
    store,
    namespaceOwner: "platform" as const,
    chart: { version: "2.4.1", path: "oci://mirror.example/connect" },
    connect: { apiResources: containers, syncResources: containers },
    operator: { watchNamespaces: ["app"], autoRestartIn: { app: true }, resources: containers },
    values: { connect: { customEnvVars: [{ name: "LEVEL", value: "debug" }] } },
  };
  const minted = {
    name: "acme-prod",
    vaults: [{ key: "app", id, access: "read" as const }],
    secretId: "secret",
  };
  const stored = { secretId: "secret", fingerprint: "fixture" };
  const { doubleHyphenTemplates: _, autoRestart: __, ...classes } = pulumi;
  const makers = {
    ConnectEnvironment: [
      {
        ...installation,
        ...{ vaults, cluster, adopts: id },
        items: { db: item, api: { namespace: "app", link } },
        tokens: { ci: { vaults: { app: "read" }, expiresIn: "90d", rotateAfter: "60d" } },
        consumerPods: [{ namespace: "ci", labels: { app: "ci" } }],
      },
      { ...identity, vaults: ["app"], store: ageFile },
    ],
    ConnectDeployment: [{ ...installation, cluster, credentials: stored, operatorToken: stored }],
    CredentialStore: [{ ...identity, store, consumers: ["operator"] }],
    Vaults: [{ ...identity, store, vaults, secretId: "secret" }],
    ItemAccessPolicy: [
      {
        ...{ name: "acme", operator: { namespace: "acme", serviceAccount: "operator" }, cluster },
        ...{ namespaces: ["app"], enforcement: "audit" },
        rules: [
          {
            ...{ namespaces: ["app"], vaults: [id], items: ["app-*"] },
            ...{ secretNames: ["db"], secretTypes: ["Opaque"] },
          },
        ],
      },
    ],
    ServiceAccountEnvironment: [
      {
        ...{ ...identity, store, operator: installation.operator, cluster, items: { db: item } },
        ...{ vaults: { app: {}, shared: { id } }, tokenSecret: "platform/op", plan: "teams" },
      },
    ],
    ExternalSecretsStore: [
      {
        ...{ store, namespace: "eso", namespaces: ["app"], token: stored, name: "acme", cluster },
        onepassword: { connectHost: "http://connect.acme.svc:8080", vaults: [id] },
      },
      { namespace: "eso", token: stored, onepasswordSDK: { vault: "acme-prod-app" } },
    ],
    ServiceAccountToken: [{ store, secret: "platform/op" }],
    OnePasswordItem: [{ ...item, name: "db", labels: { team: "a" }, cluster }],
    Vault: [{ ...vault, title: "acme-prod-app" }],
    ConnectServer: [{ ...minted, store, adopts: id }],
    ConnectToken: [
      { ...minted, consumer: "ci", serverId: id, expiresIn: "90d", rotateAfter: "60d" },
    ],
    CredentialSecret: [{ name: "acme", description: "Keys", tags, store }],
    ClusterSecret: [
      { ...stored, store, namespace: "app", name: "db", key: "file", base64Key: "base64" },
    ],
    ClusterTarget: [cluster],
    DeliveredSecret: [
      {
        from: "op://acme-prod-app/github/token",
        to: { secretsManager: { name: "acme/github", description: "Token", store } },
      },
      {
        from: { sopsFile: "secrets.enc.yaml", key: ["github", "token"] },
        to: { githubActions: { repository: "acme/infra", environment: "prod", name: "TOKEN" } },
      },
      { from: "op://a/b/c", to: { kubernetes: { namespace: "ci", name: "github", key: "token" } } },
    ],
  } satisfies {
    [Class in keyof typeof classes]: readonly object[];
  };

  const places = Object.entries(makers).flatMap(([name, samples]) =>
    samples.flatMap((sample) => textsIn(sample, []).map((place) => ({ name, sample, ...place }))),
  );

  test.each(places)("$name: $path", async ({ name, sample, path, isKey }) => {
    const written: unknown[] = [];
    for (const method of ["log", "info", "warn", "error"] as const) {
      vi.spyOn(console, method).mockImplementation((...words) => void written.push(words));
    }
    onTestFinished(() => void vi.restoreAllMocks());
    for (const [what, marker] of Object.entries(markers)) {
      const args = withText(sample, path, isKey, marker);
      const registered = await recordResources(() => {
        const target =
          name === "ClusterSecret" ? { cluster: new pulumi.ClusterTarget("target") } : {};
        if ("to" in args && Object(args.to).kubernetes !== undefined) {
          Object(args.to).kubernetes.cluster = new pulumi.ClusterTarget("target");
        }
        const Made = classes[name as "Vault"];
        try {
          new Made("made", { ...args, ...target } as never);
        } catch (error) {
          written.push((error as Error).message, (error as Error).stack);
        }
      });
      expect(shown(JSON.stringify([written, registered.map(withoutSecretValues)])), what).toBe(
        false,
      );
    }
  });
});

/** Where an object has texts: its values, and the keys that a user chooses are among these. */
function textsIn(
  value: unknown,
  path: readonly string[],
): readonly { readonly path: readonly string[]; readonly isKey: boolean }[] {
  if (typeof value === "string") return [{ path, isKey: false }];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => {
    const keys = Array.isArray(value) ? [] : [{ path: [...path, key], isKey: true }];
    return [...keys, ...textsIn(each, [...path, key])];
  });
}

/** A copy with another text in one place. */
function withText(value: unknown, path: readonly string[], isKey: boolean, text: string): object {
  const copy = structuredClone(value) as Record<string, unknown>;
  const parent = path.slice(0, -1).reduce((at, key) => at[key] as typeof copy, copy);
  const last = path.at(-1) ?? "";
  if (isKey) {
    parent[text] = parent[last];
    delete parent[last];
  } else {
    parent[last] = text;
  }
  return copy;
}

/** What Pulumi keeps secret has this key in what is registered. */
function withoutSecretValues(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if ("4dabf18193072939515e22adb298388d" in value) return "[secret]";
  if (Array.isArray(value)) return value.map(withoutSecretValues);
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, withoutSecretValues(each)]),
  );
}
