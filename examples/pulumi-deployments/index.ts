import { join } from "node:path";
import { Config } from "@pulumi/pulumi";
import { DeploymentSettings } from "@pulumi/pulumiservice/deploymentSettings";
import { DriftSchedule } from "@pulumi/pulumiservice/driftSchedule";
import { environmentsOf } from "./environments";

const config = new Config();
const organization = config.require("organization");
const project = config.require("project");

for (const { stack } of environmentsOf(config.get("folder") ?? join(__dirname, ".."))) {
  const where = { organization, project, stack };
  const settings = new DeploymentSettings(stack, {
    ...where,
    sourceContext: { git: { branch: config.get("branch") ?? "main" } },
    vcs: {
      provider: "github",
      repository: config.require("repository"),
      // A deployment has one role, whatever it does. So pull requests are previewed by another engine,
      // with a role that reads, and what is merged is deployed when somebody says so.
      previewPullRequests: false,
      deployCommits: false,
    },
    executorContext: { executorImage: config.require("runnerImage") },
    operationContext: {
      oidc: { aws: { roleARN: config.require("deployRole"), sessionName: `pulumi-${stack}` } },
      environmentVariables: {
        AWS_REGION: config.require("region"),
        EKS_CLUSTER: config.require("cluster"),
      },
      options: { skipInstallDependencies: true },
      preRunCommands: [
        "npm ci --ignore-scripts",
        'aws eks update-kubeconfig --name "$EKS_CLUSTER"',
      ],
    },
  });
  new DriftSchedule(
    stack,
    { ...where, scheduleCron: "23 2 * * *", autoRemediate: false },
    { dependsOn: [settings] },
  );
}
