import { expect, test } from "vitest";
import { z } from "zod";
import { type Declared, declaredResources } from "./declared-resources.ts";

const names = ["acme-prod", "globex-prod", "initech-dev"];
const files = {
  "acme-prod": "config: {}\n",
  "globex-prod": 'config:\n  "opconnect:wave": canary\n',
  "initech-dev": "",
};
const settings = {
  previewRole: "arn:aws:iam::111122223333:role/opconnect-preview",
  deployRole: "arn:aws:iam::111122223333:role/opconnect-deploy",
  repository: "https://github.com/acme/environments",
  backend: "s3://acme-pulumi-state?region=eu-central-1",
  ...{ region: "eu-central-1", runnerImage: "ghcr.io/acme/opconnect-runner@sha256:0" },
};
const commit = "0".repeat(40);

// What the CustomResourceDefinitions of the operator 2.9.0 allow, as far as the example goes; anything
// else is refused. They can be had from no package registry, so no API server checks them here.
const dnsName = z.string().regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
const metadata = z.strictObject({ name: dnsName, namespace: dnsName });
const stackSchema = z.strictObject({
  apiVersion: z.literal("pulumi.com/v1"),
  kind: z.literal("Stack"),
  metadata: metadata.extend({ name: dnsName.max(42) }),
  spec: z
    .strictObject({
      stack: z.string(),
      projectRepo: z.url().optional(),
      branch: z.string().optional(),
      commit: z.string().optional(),
      programRef: z.strictObject({ name: z.string() }).optional(),
      config: z.record(z.string(), z.string()).optional(),
      preview: z.literal(true).optional(),
      useLocalStackOnly: z.literal(true).optional(),
      continueResyncOnCommitMatch: z.literal(true).optional(),
      resyncFrequencySeconds: z.number().min(60).optional(),
      prerequisites: z.array(z.strictObject({ name: z.string() })).optional(),
      backend: z.string(),
      serviceAccountName: z.string(),
      refresh: z.literal(true),
      destroyOnFinalize: z.literal(false),
      envRefs: z.record(
        z.string(),
        z.strictObject({
          type: z.literal("Literal"),
          literal: z.strictObject({ value: z.string() }),
        }),
      ),
      workspaceReclaimPolicy: z.enum(["Retain", "Delete"]),
      workspaceTemplate: z.strictObject({
        spec: z.strictObject({
          image: z.string(),
          securityProfile: z.enum(["baseline", "restricted"]),
        }),
      }),
    })
    // One source, and of a repository one of branch and commit.
    .refine(
      ({ projectRepo, programRef }) => (projectRepo === undefined) !== (programRef === undefined),
    )
    .refine(({ projectRepo, branch, commit: at }) =>
      projectRepo === undefined ? !(branch || at) : (branch === undefined) !== (at === undefined),
    ),
});
const programSchema = z.strictObject({
  apiVersion: z.literal("pulumi.com/v1"),
  kind: z.literal("Program"),
  metadata,
  program: z.strictObject({
    configuration: z.record(z.string(), z.strictObject({ type: z.string() })),
    resources: z.record(
      z.string(),
      z.strictObject({
        type: z.string(),
        properties: z.record(z.string(), z.unknown()),
        options: z.strictObject({ protect: z.boolean() }),
      }),
    ),
  }),
});

function declared(config: Readonly<Record<string, string>> = {}) {
  return declaredResources("pulumi-kubernetes-operator", {
    files,
    config: { ...settings, ...config },
  });
}

function stacksOf(all: readonly Declared[]) {
  return all
    .filter(({ inputs }) => inputs.kind === "Stack")
    .map(({ inputs }) => stackSchema.parse(inputs))
    .sort((one, other) => one.metadata.name.localeCompare(other.metadata.name));
}

test("every environment has a preview, which follows the branch and changes nothing", async () => {
  const stacks = stacksOf(await declared());
  expect(stacks.map((stack) => stack.metadata.name)).toEqual(
    names.map((name) => `${name}-preview`),
  );
  for (const { metadata: own, spec } of stacks) {
    expect(spec).toMatchObject({
      ...{ stack: own.name.replace(/-preview$/, ""), branch: "main", preview: true },
      ...{ serviceAccountName: "opconnect-preview", projectRepo: settings.repository },
    });
  }
});

test("once a commit is approved, each is applied at it, after its namespace and the canaries", async () => {
  const stacks = stacksOf(await declared({ commit }));
  const applying = stacks.filter(({ spec }) => !spec.preview);
  expect(
    applying.map(({ metadata: own, spec }) => [
      own.name,
      spec.commit,
      (spec.prerequisites ?? []).map(({ name }) => name),
    ]),
  ).toEqual(
    names.flatMap((name) => [
      [name, commit, [`${name}-workload`, ...(name === "globex-prod" ? [] : ["globex-prod"])]],
      [`${name}-workload`, undefined, []],
    ]),
  );
  for (const { spec } of applying) expect(spec.serviceAccountName).toBe("opconnect-deploy");
  const all = stacks.map((stack) => stack.metadata.name);
  for (const { spec } of applying)
    for (const { name } of spec.prerequisites ?? []) expect(all).toContain(name);
});

test("the namespace of the workload is a program that is there once", async () => {
  const programs = (await declared({ commit })).filter(({ inputs }) => inputs.kind === "Program");
  expect(programs).toHaveLength(1);
  const { program } = programSchema.parse(programs[0]?.inputs);
  expect(program.resources.namespace?.properties).toEqual({
    metadata: { name: expect.stringContaining("{name}") },
  });
});

test("two identities, one that previews and one that deploys, and no key or token", async () => {
  const all = await declared({ commit });
  const accounts = all.filter(({ type }) => type.endsWith(":ServiceAccount"));
  expect(accounts.map(({ inputs }) => inputs.metadata)).toEqual(
    ["preview", "deploy"].map((kind) => ({
      ...{ name: `opconnect-${kind}`, namespace: "fleet" },
      annotations: {
        "eks.amazonaws.com/role-arn": `arn:aws:iam::111122223333:role/opconnect-${kind}`,
      },
    })),
  );
  const bindings = all.filter(({ type }) => type.endsWith(":ClusterRoleBinding"));
  expect(bindings.map(({ inputs }) => inputs.roleRef)).toEqual(
    Array(2).fill(expect.objectContaining({ name: "system:auth-delegator" })),
  );
  expect(JSON.stringify(all)).not.toMatch(/secret|OP_|PULUMI_ACCESS_TOKEN/i);
});
