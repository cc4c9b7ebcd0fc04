import fc from "fast-check";
import type * as z from "zod/mini";
import { chartValues } from "../../../packages/pulumi/src/components/chart-values.ts";
import { checkChart } from "../../../packages/pulumi/src/components/check-chart.ts";
import { deploymentSchema } from "../../../packages/pulumi/src/components/connect-deployment.ts";
import { namesOf } from "../../../packages/pulumi/src/components/convention-args.ts";
import { credentialStoreSchema } from "../../../packages/pulumi/src/components/credential-store.ts";
import { itemArgsSchema } from "../../../packages/pulumi/src/components/onepassword-item.ts";
import { vaultsArgsSchema } from "../../../packages/pulumi/src/components/vaults.ts";
import { environmentSchema } from "../../../packages/pulumi/src/environment/args.ts";
import { planEnvironment } from "../../../packages/pulumi/src/environment/plan.ts";
import { checkArgs } from "../../../packages/pulumi/src/input/check-args.ts";
import { clusterSecretSchema } from "../../../packages/pulumi/src/resources/cluster-secret.ts";
import { targetSchema } from "../../../packages/pulumi/src/resources/cluster-target.ts";
import { serverSchema } from "../../../packages/pulumi/src/resources/connect-server.ts";
import { tokenSchema } from "../../../packages/pulumi/src/resources/connect-token.ts";
import { credentialSecretSchema } from "../../../packages/pulumi/src/resources/credential-secret.ts";
import { vaultSchema } from "../../../packages/pulumi/src/resources/vault.ts";
import { altered, anyValue } from "../inputs.ts";
import { type Target, target } from "../target.ts";

const id = "abcdefghijklmnopqrstuvwxyz";
const identity = {
  client: "acme",
  environment: "prod",
  convention: { server: "{client} {environment}" },
};
const store = { kind: "age-file", folder: "credentials", recipients: ["age1fixture"] };
const cluster = { kubeconfig: "~/.kube/config", context: "clients" };
const installation = {
  ...identity,
  store,
  chart: { version: "2.4.1" },
  operator: { pollingInterval: 60, autoRestart: true, watchNamespaces: ["app"] },
  connect: { replicas: 2 },
  values: { operator: { logLevel: "debug" } },
};
const vaults = {
  app: {},
  data: { access: "read-write", description: "Data", groups: { Owners: "manage" } },
  shared: { id },
};
const minted = {
  name: "acme-prod",
  secretId: "age:x",
  revision: 1,
  store,
  vaults: [{ key: "app", id, access: "read" }],
};
const stored = { secretId: "age:x", fingerprint: "ab" };

/** Arguments of a component or a resource, and what it plans by them before it makes anything. */
function args<T>(
  name: string,
  schema: z.ZodMiniType<T>,
  sample: unknown,
  plan: (args: T) => unknown = () => {},
): Target {
  const inputs = fc.oneof({ weight: 9, arbitrary: altered(sample) }, anyValue());
  return target(`arguments: ${name}`, inputs, (given) => {
    plan(checkArgs(schema, given as T));
  });
}

/** What programs declare, by what they were configured with. */
export const componentTargets: readonly Target[] = [
  args(
    "ConnectEnvironment",
    environmentSchema,
    {
      ...installation,
      vaults,
      cluster,
      items: { db: { namespace: "app", vault: "app", item: "postgres" } },
      tokens: { ci: { vaults: ["app"], expiresIn: "90d", rotateAfter: "60d" } },
      revision: 1,
      adopts: id,
    },
    (known) => planEnvironment(known),
  ),
  args(
    "ConnectDeployment",
    deploymentSchema,
    { ...installation, cluster, credentials: stored, operatorToken: stored },
    (known) => chartValues({ ...known, names: namesOf(known), version: checkChart(known.chart) }),
  ),
  args("CredentialStore", credentialStoreSchema, {
    ...identity,
    store,
    consumers: ["operator", "ci"],
  }),
  args("Vaults", vaultsArgsSchema, { ...identity, store, vaults }),
  args("OnePasswordItem", itemArgsSchema, {
    namespace: "app",
    name: "db",
    vault: "app",
    item: "postgres",
    labels: { team: "x" },
    cluster,
  }),
  args("Vault", vaultSchema, { title: "acme-prod-app", ...vaults.data }),
  args("ConnectServer", serverSchema, minted),
  args("ConnectToken", tokenSchema, { ...minted, consumer: "ci", serverId: id, expiresIn: "90d" }),
  args("CredentialSecret", credentialSecretSchema, { store, name: "x", tags: { client: "acme" } }),
  args("ClusterSecret", clusterSecretSchema, {
    ...stored,
    namespace: "app",
    name: "x",
    key: "token",
  }),
  args("ClusterTarget", targetSchema, cluster),
];
