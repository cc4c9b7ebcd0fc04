import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Config } from "@pulumi/pulumi";
import * as spacelift from "@pulumi/spacelift";
import { environmentsOf } from "./environments";

const config = new Config();
const account = config.require("account");
const branch = config.get("branch") ?? "main";
// Spacelift runs schedules on workers of your own only, see README.md.
const workerPoolId = config.get("workerPoolId");

const environments = environmentsOf(config.get("folder") ?? join(__dirname, ".."));

const space = new spacelift.Space("environments", {
  name: "environments",
  parentSpaceId: config.get("parentSpaceId") ?? "root",
  inheritEntities: workerPoolId !== undefined,
});
const spaceId = space.id;

// Of a context, since `.spacelift/config.yml` of a branch can replace the hooks of a stack.
const context = new spacelift.Context("opconnect", {
  name: "opconnect",
  spaceId,
  // The file has no credentials in it, and every phase finds it in the workspace.
  beforeInits: [
    "npm ci --ignore-scripts",
    'aws eks update-kubeconfig --name "$EKS_CLUSTER" --kubeconfig "$KUBECONFIG"',
  ],
  afterPlans: [
    'npx --no-install opconnect preview "$(pulumi stack --show-name)" --json report.json || test $? -eq 2',
    "npx --no-install opconnect report render report.json --spacelift .",
  ],
});
const variables = {
  AWS_REGION: config.require("region"),
  EKS_CLUSTER: config.require("cluster"),
  KUBECONFIG: "/mnt/workspace/kubeconfig",
};
for (const [name, value] of Object.entries(variables)) {
  new spacelift.EnvironmentVariable(name, {
    contextId: context.id,
    name,
    value,
    writeOnly: false,
  });
}

// Two roles and no key: plans get the one that reads, applies the one that deploys.
const preview = new spacelift.AwsIntegration("opconnect-preview", {
  name: "opconnect-preview",
  roleArn: config.require("previewRole"),
  spaceId,
});
const deploy = new spacelift.AwsIntegration("opconnect-deploy", {
  name: "opconnect-deploy",
  roleArn: config.require("deployRole"),
  durationSeconds: 3600,
  spaceId,
});

const policies = {
  plan: policy("plan", "PLAN"),
  approval: policy("approval", "APPROVAL"),
  push: policy("push", "GIT_PUSH"),
};
// Of the space as a whole: it is not attached.
policy("notification", "NOTIFICATION");

const stacks = new Map(environments.map(({ stack, wave }) => [stack, makeStack(stack, wave)]));

// A wave begins once the one before it has been applied.
for (const rest of environments.filter(({ wave }) => wave !== "canary")) {
  for (const canary of environments.filter(({ wave }) => wave === "canary")) {
    new spacelift.StackDependency(`${rest.stack}-after-${canary.stack}`, {
      stackId: idOf(rest.stack),
      dependsOnStackId: idOf(canary.stack),
    });
  }
}

/** What the two roles have to trust: Spacelift's account, for stacks of this program alone. */
export const trust = {
  preview: trustOf(preview, "read"),
  deploy: trustOf(deploy, "write"),
};

function makeStack(name: string, wave: string): spacelift.Stack {
  const stack = new spacelift.Stack(
    name,
    {
      name,
      slug: slugOf(name),
      spaceId,
      repository: config.require("repository"),
      branch,
      pulumi: { loginUrl: config.require("backend"), stackName: name },
      runnerImage: config.require("runnerImage"),
      ...(workerPoolId !== undefined && { workerPoolId }),
      labels: [`wave:${wave}`],
      // Somebody confirms each apply, of what is on the branch alone.
      autodeploy: false,
      allowRunPromotion: false,
      enableLocalPreview: false,
      protectFromDeletion: true,
    },
    // Vaults of people hang on what it deploys.
    { protect: true },
  );
  new spacelift.ContextAttachment(name, { stackId: stack.id, contextId: context.id });
  for (const [kind, { id }] of Object.entries(policies)) {
    new spacelift.PolicyAttachment(`${name}-${kind}`, { stackId: stack.id, policyId: id });
  }
  // Spacelift tries a role when it is attached, so the roles come first.
  if (config.getBoolean("rolesTrust")) {
    new spacelift.AwsIntegrationAttachment(`${name}-read`, {
      stackId: stack.id,
      integrationId: preview.id,
      read: true,
      write: false,
    });
    new spacelift.AwsIntegrationAttachment(`${name}-write`, {
      stackId: stack.id,
      integrationId: deploy.id,
      read: false,
      write: true,
    });
  }
  if (workerPoolId !== undefined) {
    new spacelift.DriftDetection(name, {
      stackId: stack.id,
      schedules: ["23 2 * * *"],
      reconcile: false,
    });
  }
  return stack;
}

function idOf(name: string) {
  const stack = stacks.get(name);
  if (stack === undefined) throw new Error(`There is no stack ${name}.`);
  return stack.id;
}

/** Spacelift's own id of a stack: what the roles trust begins with it. */
function slugOf(name: string): string {
  return `environments-${name.replaceAll(".", "-")}`;
}

function policy(name: string, type: string): spacelift.Policy {
  return new spacelift.Policy(name, {
    name: `opconnect-${name}`,
    type,
    engineType: "REGO_V1",
    body: readFileSync(join(__dirname, `policies/${name}.rego`), "utf8"),
    spaceId,
  });
}

function trustOf(integration: spacelift.AwsIntegration, use: "read" | "write") {
  return integration.id.apply((id) => ({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: config.get("spaceliftAwsAccount") ?? "324880187172" },
        Action: "sts:AssumeRole",
        Condition: {
          StringLike: { "sts:ExternalId": `${account}@${id}@${slugOf("")}*@${use}` },
        },
      },
    ],
  }));
}
