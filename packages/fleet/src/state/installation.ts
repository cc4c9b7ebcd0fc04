import { z } from "zod";
import { exportSchema } from "./resources.ts";

/** What a Pulumi stack says of what its environments have in the cluster, and when. */
export interface StackInstallation {
  /** When the state was written last. */
  readonly updatedAt: Date | undefined;
  /** Uid of the cluster; none if the stack has nothing there. */
  readonly cluster: string | undefined;
  readonly chart: string | undefined;
  readonly connect: string | undefined;
  readonly operator: string | undefined;
  /** Namespaces that the operator watches: none stands for all. */
  readonly watched: readonly string[] | undefined;
  /** Items that become Secrets. */
  readonly items: readonly InstalledItem[];
  /** What the last refresh saw to be other than recorded. */
  readonly drift: readonly string[];
}

/** An item that becomes a Secret. */
export interface InstalledItem {
  readonly namespace: string;
  readonly name: string;
  /** `vaults/<vault>/items/<item>`. */
  readonly itemPath: string;
}

/** Reads what `pulumi stack export` printed, as far as it is understood. */
export function parseInstallation(exported: unknown): StackInstallation {
  const { resources } = exportSchema.parse(exported).deployment;
  const current = resources.filter((resource) => resource.delete !== true);
  const read = <T>(kind: string, schema: z.ZodType<T>): readonly T[] =>
    current
      .filter(({ type }) => type === kind)
      .flatMap(({ outputs }) => {
        const { success, data } = schema.safeParse(outputs);
        return success ? [data] : [];
      });
  const secrets = read(ours("ClusterSecret"), secretSchema);
  const deployments = read("kubernetes:apps/v1:Deployment", deploymentSchema);
  const images = deployments.flatMap(({ images }) => images);
  const versionOf = (image: RegExp) => images.flatMap((name) => image.exec(name)?.[1] ?? [])[0];
  const scopes = read(ours("OperatorScope"), scopeSchema);
  return {
    updatedAt: manifestSchema.safeParse(exported).data,
    cluster: secrets[0]?.clusterUid,
    chart: deployments.flatMap(({ chart }) => chart ?? [])[0],
    connect: versionOf(/connect-api:v?([\w.-]+)/),
    operator: versionOf(/onepassword-operator:v?([\w.-]+)/),
    watched: scopes[0]?.namespaces,
    items: read(ours("OnePasswordItem"), itemSchema),
    drift: current
      .filter(({ type }) => type.startsWith(ours("")))
      .flatMap(({ outputs }) => driftSchema.safeParse(outputs).data?.drift ?? []),
  };
}

function ours(kind: string): string {
  return `pulumi-nodejs:dynamic/opconnect:${kind}`;
}

const manifestSchema = z
  .object({ deployment: z.object({ manifest: z.object({ time: z.coerce.date() }) }) })
  .transform(({ deployment }) => deployment.manifest.time);

const secretSchema = z.object({ clusterUid: z.string() });

const scopeSchema = z.object({ namespaces: z.array(z.string()) });

const itemSchema = z.object({ namespace: z.string(), name: z.string(), itemPath: z.string() });

const driftSchema = z.object({ drift: z.array(z.string()) });

const containers = z.array(z.object({ image: z.string() })).default([]);

/** E.g. `"connect-2.4.1"`. */
const chartLabel = z.object({ "helm.sh/chart": z.string().optional() }).default({});

const deploymentSchema = z
  .object({
    metadata: z.object({ labels: chartLabel }).default({ labels: {} }),
    spec: z.object({ template: z.object({ spec: z.object({ containers }) }) }),
  })
  .transform(({ metadata, spec }) => ({
    chart: /^connect-(\d.*)$/.exec(metadata.labels["helm.sh/chart"] ?? "")?.[1],
    images: spec.template.spec.containers.map(({ image }) => image),
  }));
