import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { declaredResources } from "./declared-resources.ts";
import { mayAssume, trustPolicySchema, webIdentity } from "./iam-trust.ts";

const examples = join(import.meta.dirname, "../../../examples");
const names = ["acme-prod", "globex-prod"];
const config = {
  ...{ organization: "acme", project: "environments", repository: "acme/environments" },
  ...{ region: "eu-central-1", cluster: "clients" },
  deployRole: "arn:aws:iam::111122223333:role/opconnect-deploy",
  runnerImage: "ghcr.io/acme/opconnect-runner@sha256:0",
};

test("every stack has settings and a look for drift each night, and no pull request its role", async () => {
  const files = Object.fromEntries(names.map((name) => [name, ""]));
  const all = await declaredResources("pulumi-deployments", { files, config });
  const ofType = (kind: string) =>
    all
      .filter(({ type }) => type === `pulumiservice:index:${kind}`)
      .sort((one, other) => one.name.localeCompare(other.name));
  expect(all).toHaveLength(4);
  const settings = ofType("DeploymentSettings");
  expect(settings.map(({ inputs }) => inputs.stack)).toEqual(names);
  for (const { inputs } of settings) {
    expect(inputs).toMatchObject({
      ...{ organization: "acme", project: "environments" },
      vcs: { previewPullRequests: false, deployCommits: false },
      executorContext: { executorImage: config.runnerImage },
      operationContext: { oidc: { aws: { roleARN: config.deployRole } } },
    });
  }
  expect(ofType("DriftSchedule").map(({ inputs }) => inputs)).toEqual(
    names.map((stack) => ({
      ...{ organization: "acme", project: "environments", stack },
      ...{ scheduleCron: "23 2 * * *", autoRemediate: false },
    })),
  );
  expect(JSON.stringify(all)).not.toMatch(/OP_|PULUMI_ACCESS_TOKEN|secret_access_key/i);
});

test.each([
  ["update", "acme", "environments", true],
  ["detect-drift", "acme", "environments", true],
  ["preview", "acme", "environments", false],
  ["destroy", "acme", "environments", false],
  ["update", "mallory", "environments", false],
  ["update", "acme", "website", false],
])("the role trusts %s of %s/%s: %s", (operation, organization, project, trusts) => {
  const sub = [
    `pulumi:deploy:org:${organization}:project:${project}:stack:acme-prod`,
    `operation:${operation}:scope:write`,
  ].join(":");
  const caller = webIdentity("api.pulumi.com/oidc", { aud: organization, sub });
  expect(mayAssume(policyOf("pulumi-deployments/aws/trust-deploy.json"), caller)).toBe(trusts);
});

test.each(["preview", "deploy"])(
  "of the operator's workspaces, %s has its own role alone",
  (kind) => {
    const issuer = "oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLE";
    const reached = (sub: string) =>
      ["preview", "deploy"].filter((role) =>
        mayAssume(
          policyOf(`pulumi-kubernetes-operator/aws/trust-${role}.json`),
          webIdentity(issuer, { aud: "sts.amazonaws.com", sub }),
        ),
      );
    expect(reached(`system:serviceaccount:fleet:opconnect-${kind}`)).toEqual([kind]);
    expect(reached(`system:serviceaccount:other:opconnect-${kind}`)).toEqual([]);
    expect(reached("system:serviceaccount:fleet:default")).toEqual([]);
  },
);

function policyOf(file: string) {
  return trustPolicySchema.parse(JSON.parse(readFileSync(join(examples, file), "utf8")));
}
