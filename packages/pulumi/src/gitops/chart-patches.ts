import type { EnvironmentNames } from "@opconnect/core";
import { chartFacts } from "@opconnect/core/chart-facts";
import { operatorRights } from "@opconnect/core/operator-rights";
import { setsConnectReplicas } from "../components/chart-values.ts";
import {
  type ImageOverride,
  type ImagesArgs,
  imageOverrides,
} from "../components/hardening/images.ts";
import { spreadOf } from "../components/hardening/placement.ts";
import { type ChartValues, valueAt } from "../components/values-schema.ts";

/** What is patched of a chart, and by what. */
export interface PatchedChart {
  readonly names: EnvironmentNames;
  /** Version of the chart. */
  readonly version: string;
  /** What the chart is given. */
  readonly values: ChartValues;
  readonly operatorVersion: string | undefined;
  /** Whether the operator watches the whole cluster, by a ClusterRole of the chart. */
  readonly watchesAll: boolean;
  readonly images: ImagesArgs;
  /** Of the pod templates. */
  readonly podAnnotations: Readonly<Record<string, string>>;
}

/** A strategic merge patch of one object of the chart. */
export interface ChartPatch {
  readonly target: { readonly kind: string; readonly name: string };
  readonly patch: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly metadata: { readonly name: string };
    readonly [field: string]: unknown;
  };
}

/** What Kustomize does to the objects of the chart once Helm has rendered it. */
export interface ChartPatches {
  readonly patches: readonly ChartPatch[];
  readonly images: readonly ImageOverride[];
}

/**
 * What Pulumi does to the objects of the chart by transforms, for which the chart has no value, as
 * patches that any tool can apply which knows Kustomize.
 * @see https://fluxcd.io/flux/components/helm/helmreleases/#post-renderers
 */
export function chartPatches(chart: PatchedChart): ChartPatches {
  const { names, version, values, watchesAll, operatorVersion, images } = chart;
  const hasConnect = valueAt(values, "connect.create") !== false;
  const rules = operatorRights(operatorVersion, "all");
  const role = patchOf("rbac.authorization.k8s.io/v1", "ClusterRole", names.clusterRole, { rules });
  return {
    patches: [
      ...(hasConnect ? [connectPatch(chart)] : []),
      operatorPatch(chart),
      ...(watchesAll ? [role] : []),
    ],
    images: imageOverrides(images, version, values),
  };
}

function connectPatch(chart: PatchedChart): ChartPatch {
  const { names, values } = chart;
  const containers = ["api", "sync"].map((part) =>
    String(valueAt(values, `connect.${part}.name`) ?? `connect-${part}`),
  );
  const { connectApplication: name } = names;
  const pods = podsPatch(chart, { selector: { app: name }, containers, user: 999 });
  // Left to an autoscaler or a person: a new Deployment has one, and no update changes it.
  const replicas = setsConnectReplicas(values) ? {} : { replicas: null };
  return patchOf("apps/v1", "Deployment", name, { spec: { ...replicas, ...pods } });
}

function operatorPatch(chart: PatchedChart): ChartPatch {
  // The chart names selector and container of the operator after Connect.
  const { operatorApplication, connectApplication: name } = chart.names;
  const pods = podsPatch(chart, { selector: { name }, containers: [name], user: 65532 });
  return patchOf("apps/v1", "Deployment", operatorApplication, { spec: pods });
}

/** The pods of a Deployment. */
interface ChartPods {
  readonly selector: Readonly<Record<string, string>>;
  readonly containers: readonly string[];
  /** Whom charts that say it of the containers only let them run as. */
  readonly user: number;
}

function podsPatch(
  { version, podAnnotations }: PatchedChart,
  { selector, containers, user }: ChartPods,
) {
  // Charts from 2.3.0 on are restricted by themselves, and take values for what is not.
  const isRestricted = chartFacts(version).credentialsFrom === "file";
  const securityContext = {
    runAsNonRoot: true,
    runAsUser: user,
    runAsGroup: user,
    seccompProfile: { type: "RuntimeDefault" },
  };
  const restricted = {
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
  };
  return {
    template: {
      metadata: { annotations: podAnnotations },
      spec: {
        topologySpreadConstraints: spreadOf({ matchLabels: selector }),
        ...(!isRestricted && {
          securityContext,
          containers: containers.map((name) => ({ name, ...restricted })),
        }),
      },
    },
  };
}

function patchOf(
  apiVersion: string,
  kind: string,
  name: string,
  fields: Readonly<Record<string, unknown>>,
): ChartPatch {
  return { target: { kind, name }, patch: { apiVersion, kind, metadata: { name }, ...fields } };
}
