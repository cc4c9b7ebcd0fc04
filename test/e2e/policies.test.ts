import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseReportFile } from "@opconnect/fleet";
import { rules } from "@opconnect/policy";
import { beforeAll, expect, test } from "vitest";
import { waysFound } from "../../packages/fleet/fixtures/seeded-run.ts";
import { fixtureSecrets } from "../../packages/policy/fixtures/secrets.ts";
import { environmentConfig } from "../harness/act/environment-config.ts";
import { createFleetFolder, type FleetFolder } from "../harness/act/fleet-project.ts";
import { opconnect } from "../harness/act/opconnect.ts";
import { parseEvents } from "../harness/look/engine-events.ts";
import { rig } from "../harness/rig-lane.ts";

const repository = join(import.meta.dirname, "../..");
const pack = join(repository, "packages/policy");
const program = join(import.meta.dirname, "programs/ruled");
const unused = "abcdefghijklmnopqrstuvwxyz";

const passing = {
  resources: [
    {
      kind: "ConnectEnvironment",
      name: "environment",
      args: environmentConfig(rig, "passing", {
        store: { kmsKeyId: "alias/opconnect", readers: ["arn:aws:iam::123456789012:role/ci"] },
        tokens: { operator: { rotateAfter: "60d", expiresIn: "90d" } },
        items: {},
      }).args,
    },
  ],
  outputs: { namespace: "passing-prod-1password" },
};

const labels = { app: "op" };
const containers = [{ name: "op", image: "1password/onepassword-operator:latest" }];
const failing = {
  resources: [
    { kind: "Vault", name: "vault", args: { title: "Odd", deleteWithEnvironment: true } },
    {
      kind: "CredentialSecret",
      name: "secret",
      args: {
        name: "opconnect/failing/prod/credentials",
        store: { readers: ["arn:aws:iam::*:role/ci"] },
      },
    },
    {
      kind: "CredentialSecret",
      name: "unread",
      args: { name: "opconnect/failing/prod/operator-token" },
    },
    {
      kind: "ConnectToken",
      name: "token",
      args: {
        name: "failing-prod-operator",
        consumer: "operator",
        serverId: unused.toUpperCase(),
        secretId: "opconnect/failing/prod/operator-token",
        vaults: [{ key: "app", id: unused, access: "read-write" }],
      },
    },
    {
      kind: "Secret",
      name: "copy",
      args: {
        metadata: { name: "copy", namespace: "default" },
        stringData: { token: fixtureSecrets.connectToken },
      },
    },
    {
      kind: "Chart",
      name: "chart",
      args: { values: { connect: { credentials: fixtureSecrets.credentialsFile } } },
    },
    {
      kind: "Service",
      name: "service",
      args: {
        metadata: { name: "service", namespace: "default" },
        spec: { type: "LoadBalancer", ports: [{ name: "connect-api", port: 8080 }] },
      },
    },
    {
      kind: "Deployment",
      name: "operator",
      args: {
        metadata: { name: "operator", namespace: "default" },
        spec: {
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: { containers } },
        },
      },
    },
  ],
  outputs: { token: fixtureSecrets.serviceAccountToken },
};

let fleet: FleetFolder;
beforeAll(async () => {
  fleet = await createFleetFolder(rig, "ruled", program);
  await fleet.configure("passing-prod", passing);
  await fleet.configure("failing-prod", failing);
});

/** What the engine tells of policies in a preview. */
async function preview(stack: string) {
  const log = join(await mkdtemp(join(rig.dir, "events-")), "events.json");
  const words = ["preview", "--stack", stack, "--policy-pack", pack, "--event-log", log];
  const run = await fleet.pulumi(words, { PULUMI_DEBUG_COMMANDS: "true" });
  const events = parseEvents(await readFile(log, "utf8"));
  return { ...run, violations: events.flatMap(({ policyEvent }) => policyEvent ?? []) };
}

/** Ways in which any of the secrets that the failing stack holds stands in a text. */
function secretsIn(text: string): readonly string[] {
  return Object.values(fixtureSecrets).flatMap((secret) => waysFound(secret, text));
}

test("a stack that keeps every rule passes", async () => {
  const { violations, exitCode, stdout, stderr } = await preview("passing-prod");
  expect(violations).toEqual([]);
  expect(exitCode, `${stdout}${stderr}`).toBe(0);
});

test("all that a stack violates is told in one preview, with what to do and no secret", async () => {
  const { violations, exitCode, stdout, stderr } = await preview("failing-prod");
  expect(exitCode).not.toBe(0);
  for (const { name, level, fix } of rules) {
    const told = violations.filter(({ policyName }) => policyName === name);
    expect(told, `${name}: ${stdout}${stderr}`).not.toEqual([]);
    for (const { message, enforcementLevel } of told) {
      expect(message).toContain(fix);
      expect(enforcementLevel).toBe(level);
      expect(secretsIn(message)).toEqual([]);
    }
  }
});

test("`opconnect preview` makes risks of them, by the levels of the environment", async () => {
  const folder = await mkdtemp(join(rig.dir, "report-"));
  const [json, html, markdown] = ["json", "html", "md"].map((end) => join(folder, `report.${end}`));
  const config = join(folder, "policies.json");
  const levels = {
    "token-expires": { environments: { prod: "mandatory" } },
    "token-rotates": { environments: { prod: "disabled", dev: "mandatory" } },
  };
  await writeFile(config, JSON.stringify(levels));
  const files = ["--json", json ?? "", "--html", html ?? "", "--markdown", markdown ?? ""];
  const words = ["preview", ...files, "--policy-pack", pack, "--policy-pack-config", config];
  const run = await opconnect(rig, words, { cwd: fleet.dir });
  expect(run.exitCode, run.stderr).toBe(1);
  const texts = await Promise.all(
    [json, html, markdown].map((file) => readFile(file ?? "", "utf8")),
  );
  expect(secretsIn([...texts, run.stdout, run.stderr].join("\n"))).toEqual([]);
  const report = parseReportFile(texts[0] ?? "", "report.json");
  const risks = (stack: string) =>
    report.stacks
      .filter((each) => each.stack === stack)
      .flatMap((each) => each.risks.filter(({ kind }) => kind === "policy-violation"));
  expect(risks("passing-prod")).toEqual([]);
  const failing = risks("failing-prod");
  const levelsOf = (rule: string) =>
    failing.filter(({ text }) => text.includes(`"${rule}"`)).map(({ level }) => level);
  expect(levelsOf("token-expires")).toEqual(["high"]);
  expect(levelsOf("token-rotates")).toEqual([]);
  expect(levelsOf("token-scope")).toEqual(["high"]);
  expect(levelsOf("store-secret-own-key")).toEqual(["medium", "medium"]);
});

test("`opconnect up` holds what was reviewed to them, and applies what keeps them alone", async () => {
  const report = join(await mkdtemp(join(rig.dir, "report-")), "report.json");
  const policy = {
    metadata: { name: "items-applied" },
    spec: {
      matchConstraints: {
        resourceRules: [
          {
            apiGroups: ["onepassword.com"],
            apiVersions: ["*"],
            operations: ["CREATE", "UPDATE"],
            resources: ["onepassworditems"],
          },
        ],
      },
      validations: [{ expression: "object.metadata.namespace == 'passing-app'" }],
    },
  };
  const resources = [{ kind: "ValidatingAdmissionPolicy", name: "policy", args: policy }];
  const operator = failing.resources.filter(({ kind }) => kind === "Deployment");
  const run = async (declared: readonly object[]) => {
    await fleet.configure("applied-prod", { resources: declared, outputs: {} });
    const preview = ["preview", "applied-prod", "--json", report];
    expect((await opconnect(rig, preview, { cwd: fleet.dir })).exitCode).toBe(2);
    const words = ["up", "--reviewed", report, "--yes", "--policy-pack", pack];
    return opconnect(rig, words, { cwd: fleet.dir });
  };
  const refused = await run([...resources, ...operator]);
  expect(refused.exitCode, refused.stderr).toBe(1);
  expect(refused.stderr).toContain("A mandatory policy is violated, so that no update will run.");
  const state = await fleet.pulumi(["stack", "export", "--stack", "applied-prod"]);
  expect(state.stdout).not.toContain("items-applied");
  const applied = await run(resources);
  expect(applied.exitCode, `${applied.stdout}${applied.stderr}`).toBe(0);
  expect(applied.stdout).toContain("applied");
  const words = ["destroy", "--yes", "--stack", "applied-prod"];
  expect(await fleet.pulumi(words)).toMatchObject({ exitCode: 0 });
});
