// What a team writes without opconnect: the same objects with @pulumi/* alone. The benchmark holds
// ConnectEnvironment against it; its dynamic providers are as naive as they usually are.
import { execFileSync } from "node:child_process";
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import { CustomResourceDefinition } from "@pulumi/kubernetes/apiextensions/v1/customResourceDefinition";
import { Namespace } from "@pulumi/kubernetes/core/v1/namespace";
import { Chart } from "@pulumi/kubernetes/helm/v4/chart";
import * as pulumi from "@pulumi/pulumi";

class OpProvider implements pulumi.dynamic.ResourceProvider {
  async create(inputs: Record<string, unknown>) {
    const words = inputs.command as string[];
    const printed = execFileSync("op", words, { encoding: "utf8" });
    return { id: printed.trim(), outs: { ...inputs, printed } };
  }
}

class OpResource extends pulumi.dynamic.Resource {
  declare readonly printed: pulumi.Output<string>;

  constructor(
    name: string,
    command: pulumi.Input<pulumi.Input<string>[]>,
    opts?: pulumi.ResourceOptions,
  ) {
    super(new OpProvider(), name, { command, printed: undefined }, opts);
  }
}

class StoreProvider implements pulumi.dynamic.ResourceProvider {
  async create(inputs: Record<string, unknown>) {
    const { SecretsManager } = await import("@aws-sdk/client-secrets-manager");
    const { ARN: arn = "" } = await new SecretsManager().createSecret({
      Name: inputs.name as string,
    });
    return { id: arn, outs: { ...inputs, arn } };
  }
}

class StoreSecret extends pulumi.dynamic.Resource {
  declare readonly arn: pulumi.Output<string>;

  constructor(resourceName: string, secretName: string) {
    super(new StoreProvider(), resourceName, { name: secretName, arn: undefined });
  }
}

const name = "acme-prod";
const namespace = new Namespace(name, { metadata: { name: `${name}-1password` } });
const vaults = ["app", "data"].map(
  (key) => new OpResource(`${name}-${key}`, ["vault", "create", `${name}-${key}`]),
);
const server = new OpResource(`${name}-server`, ["connect", "server", "create", name], {
  dependsOn: vaults,
});
const token = new OpResource(`${name}-token`, [
  "connect",
  "token",
  "create",
  name,
  "--server",
  server.printed,
]);
const credentialsSecret = new StoreSecret(
  `${name}-credentials-secret`,
  "opconnect/acme/prod/credentials",
);
const tokenSecret = new StoreSecret(`${name}-token-secret`, "opconnect/acme/prod/operator-token");
const credentials = new OpResource(`${name}-cluster-credentials`, ["write", credentialsSecret.arn]);
const operatorToken = new OpResource(`${name}-cluster-token`, [
  "write",
  tokenSecret.arn,
  token.printed,
]);
const definition = new CustomResourceDefinition(`${name}-crd`, {
  metadata: { name: "onepassworditems.onepassword.com" },
  spec: {
    group: "onepassword.com",
    scope: "Namespaced",
    names: {
      kind: "OnePasswordItem",
      listKind: "OnePasswordItemList",
      plural: "onepassworditems",
      singular: "onepassworditem",
    },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: { type: "object", x_kubernetes_preserve_unknown_fields: true },
        },
      },
    ],
  },
});
const chart = new Chart(
  `${name}-chart`,
  {
    name: `${name}-connect`,
    namespace: `${name}-1password`,
    chart: process.env.OPCONNECT_CHART ?? "connect",
    version: "2.4.1",
    skipCrds: true,
    values: {
      connect: {
        applicationName: `${name}-connect`,
        host: `${name}-connect`,
        credentialsName: `${name}-credentials`,
      },
      operator: {
        create: true,
        applicationName: `${name}-connect-operator`,
        watchNamespace: ["app", `${name}-1password`],
        token: { name: `${name}-token` },
        serviceAccount: { name: `${name}-onepassword-operator` },
        clusterRole: { name: `${name}-onepassword-operator` },
        clusterRoleBinding: { name: `${name}-onepassword-operator` },
        roleBinding: { name: `${name}-onepassword-operator` },
      },
      acceptanceTests: { healthCheck: { enabled: false } },
    },
  },
  { dependsOn: [namespace, definition, credentials, operatorToken] },
);
new CustomResource(
  `${name}-db`,
  {
    apiVersion: "onepassword.com/v1",
    kind: "OnePasswordItem",
    metadata: { name: "db", namespace: "app" },
    spec: { itemPath: "vaults/acme-prod-app/items/postgres" },
  },
  { dependsOn: [chart] },
);
