import type { Output } from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { z } from "zod";
import { type Declared, declaredResources } from "./declared-resources.ts";
import { mayAssume, trustPolicySchema } from "./iam-trust.ts";

const files = {
  "acme-prod": "config: {}\n",
  "globex-prod": 'config:\n  "opconnect:wave": canary\n',
  "initech-dev": "",
};
const names = Object.keys(files);
const settings = {
  ...{ account: "acme", region: "eu-central-1", cluster: "clients", repository: "environments" },
  backend: "s3://acme-pulumi-state?region=eu-central-1",
  previewRole: "arn:aws:iam::111122223333:role/opconnect-preview",
  deployRole: "arn:aws:iam::111122223333:role/opconnect-deploy",
  runnerImage: "ghcr.io/acme/opconnect-runner@sha256:0",
  rolesTrust: "true",
};

function declared(
  of: Readonly<Record<string, string>> = files,
  config: Readonly<Record<string, string>> = {},
  look?: (exported: Readonly<Record<string, unknown>>) => void,
) {
  return declaredResources("spacelift", { files: of, config: { ...settings, ...config } }, look);
}

function ofType(all: readonly Declared[], kind: string): readonly Declared[] {
  return all.filter(({ type }) => type.endsWith(`:${kind}`));
}

test("there is a stack for each stack file, and it runs Pulumi's of that name", async () => {
  const stacks = ofType(await declared(files), "Stack");
  expect(stacks.map(({ name }) => name)).toEqual(names);
  for (const { name, inputs } of stacks) {
    expect(inputs).toEqual({
      name,
      slug: `environments-${name}`,
      spaceId: "id-of-environments",
      ...{ repository: "environments", branch: "main" },
      pulumi: { loginUrl: "s3://acme-pulumi-state?region=eu-central-1", stackName: name },
      runnerImage: "ghcr.io/acme/opconnect-runner@sha256:0",
      labels: [name === "globex-prod" ? "wave:canary" : "wave:rest"],
      ...{ autodeploy: false, allowRunPromotion: false, enableLocalPreview: false },
      protectFromDeletion: true,
    });
  }
});

test("each stack has the context, the three policies of stacks, and no other", async () => {
  const all = await declared(files);
  const attached = (kind: string) =>
    ofType(all, kind).map(({ inputs: { stackId, ...rest } }) => [stackId, ...Object.values(rest)]);
  expect(attached("ContextAttachment")).toEqual(
    names.map((name) => [`id-of-${name}`, "id-of-opconnect"]),
  );
  expect(attached("PolicyAttachment")).toEqual(
    names.flatMap((name) =>
      ["plan", "approval", "push"].map((policy) => [`id-of-${name}`, `id-of-${policy}`]),
    ),
  );
});

test("a policy is Rego of version 1, of the space, and has its file's text", async () => {
  const policies = ofType(await declared(files), "Policy");
  expect(policies.map(({ name, inputs: { type } }) => [name, type])).toEqual([
    ["plan", "PLAN"],
    ["approval", "APPROVAL"],
    ["push", "GIT_PUSH"],
    ["notification", "NOTIFICATION"],
  ]);
  for (const { inputs } of policies) {
    expect(inputs).toMatchObject({ engineType: "REGO_V1", spaceId: "id-of-environments" });
    expect(inputs.body).toContain("package spacelift");
  }
});

test("a plan has the role that reads, an apply the one that deploys, and there is no key", async () => {
  const all = await declared(files);
  const attached = ofType(all, "AwsIntegrationAttachment").map(({ inputs }) => inputs);
  expect(attached).toEqual(
    names.flatMap((name) => [
      {
        ...{ stackId: `id-of-${name}`, integrationId: "id-of-opconnect-preview" },
        ...{ read: true, write: false },
      },
      {
        ...{ stackId: `id-of-${name}`, integrationId: "id-of-opconnect-deploy" },
        ...{ read: false, write: true },
      },
    ]),
  );
  const variables = ofType(all, "EnvironmentVariable");
  expect(variables.map(({ name }) => name)).toEqual(["AWS_REGION", "EKS_CLUSTER", "KUBECONFIG"]);
  expect(JSON.stringify(all)).not.toMatch(/secret_?(access_?)?key|AKIA|token":/i);
});

test("a role is attached only once it trusts Spacelift", async () => {
  const all = await declared(files, { rolesTrust: "false" });
  expect(ofType(all, "AwsIntegration")).toHaveLength(2);
  expect(ofType(all, "AwsIntegrationAttachment")).toEqual([]);
});

test("what is in no canary wave waits for each that is", async () => {
  const dependencies = ofType(await declared(files), "StackDependency");
  expect(dependencies.map(({ inputs }) => inputs)).toEqual(
    ["acme-prod", "initech-dev"].map((name) => ({
      stackId: `id-of-${name}`,
      dependsOnStackId: "id-of-globex-prod",
    })),
  );
});

test("drift is looked for each night, and not put right, on workers of one's own alone", async () => {
  expect(ofType(await declared(files), "DriftDetection")).toEqual([]);
  const all = await declared(files, { workerPoolId: "pool" });
  expect(ofType(all, "DriftDetection").map(({ inputs }) => inputs)).toEqual(
    names.map((name) => ({
      ...{ stackId: `id-of-${name}`, schedules: ["23 2 * * *"] },
      reconcile: false,
    })),
  );
  expect(ofType(all, "Space")[0]?.inputs.inheritEntities).toBe(true);
  for (const { inputs } of ofType(all, "Stack")) expect(inputs.workerPoolId).toBe("pool");
});

test("a stack more is a stack file more, and nothing else changes", async () => {
  const [before, after] = [
    await declared(files),
    await declared({ ...files, "umbrella-prod": "config: {}\n" }),
  ];
  const added = after.filter(({ type, name }) =>
    before.every((each) => each.type !== type || each.name !== name),
  );
  expect(added.every(({ name }) => name.startsWith("umbrella-prod"))).toBe(true);
  expect(ofType(added, "Stack")).toHaveLength(1);
  expect(after.filter((each) => !added.includes(each))).toEqual(before);
});

test("Spacelift reaches a role for the stacks of this program and the role's own use alone", async () => {
  let trust: unknown;
  await declared(files, {}, (program) => {
    trust = program.trust;
  });
  const roles = z.object({
    preview: z.custom<Output<unknown>>(),
    deploy: z.custom<Output<unknown>>(),
  });
  const { preview, deploy } = roles.parse(trust);
  const policies = {
    preview: trustPolicySchema.parse(await resolved(preview)),
    deploy: trustPolicySchema.parse(await resolved(deploy)),
  };
  const reached = (externalId: string, principal = "324880187172") =>
    Object.entries(policies).flatMap(([role, policy]) =>
      mayAssume(policy, { principal, keys: { "sts:ExternalId": externalId } }) ? [role] : [],
    );
  const [plans, applies] = ["acme@id-of-opconnect-preview", "acme@id-of-opconnect-deploy"];
  expect(reached(`${plans}@environments-acme-prod@read`)).toEqual(["preview"]);
  expect(reached(`${applies}@environments-acme-prod@write`)).toEqual(["deploy"]);
  const nobody = [
    // A plan with the role of applies, and the other way round.
    `${applies}@environments-acme-prod@read`,
    `${plans}@environments-acme-prod@write`,
    // Another stack of the account, another integration, another account.
    `${applies}@website@write`,
    "acme@other@environments-acme-prod@write",
    `mallory@${applies}@environments-acme-prod@write`,
  ];
  expect(nobody.flatMap((externalId) => reached(externalId))).toEqual([]);
  expect(reached(`${applies}@environments-acme-prod@write`, "999988887777")).toEqual([]);
});

function resolved(output: Output<unknown>): Promise<unknown> {
  return new Promise((resolve) => output.apply(resolve));
}
