import { join } from "node:path";
import { CustomResource } from "@pulumi/kubernetes/apiextensions";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1";
import { ClusterRoleBinding } from "@pulumi/kubernetes/rbac/v1";
import { Config } from "@pulumi/pulumi";
import { environmentsOf } from "./environments";

const config = new Config();
const namespace = config.get("namespace") ?? "fleet";
const branch = config.get("branch") ?? "main";
// What was reviewed and approved: whoever changes it deploys. None, and nothing is applied yet.
const approved = config.get("commit");

const environments = environmentsOf(config.get("folder") ?? join(__dirname, ".."));
const canaries = environments.filter(({ wave }) => wave === "canary").map(({ stack }) => stack);

// Each with a role of AWS of its own and rights of its own in the cluster, see README.md.
for (const [name, role] of [
  ["opconnect-preview", config.require("previewRole")],
  ["opconnect-deploy", config.require("deployRole")],
] as const) {
  new ServiceAccount(name, {
    metadata: { name, namespace, annotations: { "eks.amazonaws.com/role-arn": role } },
  });
  // The operator asks the API server in the workspace's name who is calling it.
  new ClusterRoleBinding(`${name}-auth-delegator`, {
    metadata: { name: `${name}-auth-delegator` },
    roleRef: {
      apiGroup: "rbac.authorization.k8s.io",
      kind: "ClusterRole",
      name: "system:auth-delegator",
    },
    subjects: [{ kind: "ServiceAccount", name, namespace }],
  });
}

// The namespace of the client's own workload: items become Secrets in it, so it has to be there before.
new CustomResource("workload", {
  apiVersion: "pulumi.com/v1",
  kind: "Program",
  metadata: { name: "workload", namespace },
  program: {
    configuration: { name: { type: "String" } },
    resources: {
      namespace: {
        type: "kubernetes:core/v1:Namespace",
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the program's own language, YAML
        properties: { metadata: { name: "${name}" } },
        options: { protect: true },
      },
    },
  },
});

for (const { stack, wave } of environments) {
  // What the branch would change, and what others changed. It changes nothing.
  makeStack(`${stack}-preview`, "opconnect-preview", {
    ...project(stack),
    branch,
    preview: true,
    continueResyncOnCommitMatch: true,
    // How often it looks again, and how often it looks for another commit.
    resyncFrequencySeconds: 3600,
  });
  if (approved === undefined) continue;
  makeStack(`${stack}-workload`, "opconnect-deploy", {
    stack: `${stack}-workload`,
    programRef: { name: "workload" },
    config: { name: stack },
  });
  // The rest begins once the canaries have that commit.
  const before = wave === "canary" ? [] : canaries;
  makeStack(stack, "opconnect-deploy", {
    ...project(stack),
    commit: approved,
    prerequisites: [`${stack}-workload`, ...before].map((name) => ({ name })),
  });
}

/** Where an environment's program is. What its stack file says of encryption and configuration counts. */
function project(stack: string) {
  return { stack, projectRepo: config.require("repository"), useLocalStackOnly: true };
}

function makeStack(name: string, serviceAccountName: string, spec: object): void {
  new CustomResource(name, {
    apiVersion: "pulumi.com/v1",
    kind: "Stack",
    metadata: { name, namespace },
    spec: {
      ...spec,
      backend: config.require("backend"),
      serviceAccountName,
      refresh: true,
      // An environment is taken down by an admin with `op`: without it, 1Password's half would stay.
      destroyOnFinalize: false,
      envRefs: { AWS_REGION: { type: "Literal", literal: { value: config.require("region") } } },
      workspaceReclaimPolicy: "Delete",
      workspaceTemplate: {
        spec: { image: config.require("runnerImage"), securityProfile: "restricted" },
      },
    },
  });
}
