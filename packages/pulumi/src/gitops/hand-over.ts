import type { EnvironmentNames } from "@opconnect/core";
import { operatorVersionOf } from "@opconnect/core/chart-facts";
import { clusterRightsOfList } from "@opconnect/core/operator-rights";
import * as pulumi from "@pulumi/pulumi";
import { accessPolicies, type LimitedAccess } from "../access/policies.ts";
import {
  type ChartValuesArgs,
  chartValues,
  watchedNamespaces,
} from "../components/chart-values.ts";
import type { StoredValue } from "../components/connect-deployment.ts";
import type { ConsumerPods } from "../components/hardening/consumer-pods.ts";
import {
  type LimitedConnections,
  networkPolicies,
} from "../components/hardening/network-policies.ts";
import { podSecurityLabels } from "../components/hardening/pod-security.ts";
import { onePasswordItemCrd } from "../components/onepassword-item-crd.ts";
import { restartAnnotation } from "../components/operator/auto-restart.ts";
import { managedBy } from "../components/owned-fields.ts";
import type { ChartValues } from "../components/values-schema.ts";
import {
  annotated,
  application,
  inWave,
  keptByArgoCd,
  kustomizedRelease,
  waves,
} from "./argocd.ts";
import type { GitOpsArgs } from "./args.ts";
import { chartPatches } from "./chart-patches.ts";
import { chartSource } from "./chart-source.ts";
import {
  credentialsFileSecret,
  type StoredVersion,
  secretNameOf,
  tokenSecret,
} from "./credentials.ts";
import { fluxRelease, keptByFlux, type Release } from "./flux.ts";
import { type Manifest, renderYaml } from "./manifest.ts";
import { ManifestFolder } from "./manifest-folder.ts";
import { rightsManifests } from "./operator-rights.ts";

/** A value of the store, and the version of its secret that holds it. */
export interface HandedValue extends StoredValue {
  readonly versionId: pulumi.Input<string>;
}

/** An item that becomes a Secret. */
export interface HandedItem {
  readonly name: string;
  readonly namespace: pulumi.Input<string>;
  readonly itemPath: pulumi.Input<string>;
  readonly type: pulumi.Input<string>;
  readonly autoRestart?: pulumi.Input<boolean> | undefined;
}

/** What of an environment is written for a tool that deploys it. */
export interface HandedOver extends Omit<ChartValuesArgs, "serviceAccount"> {
  readonly gitOps: GitOpsArgs;
  /** `oci://` address of the chart, where it is not 1Password's own. */
  readonly chartPath: string | undefined;
  readonly hasNamespace: boolean;
  readonly networkPolicies: LimitedConnections;
  readonly consumerPods: readonly ConsumerPods[] | undefined;
  readonly credentials: HandedValue;
  readonly operatorToken: HandedValue;
  /** None where it is not limited. */
  readonly access: LimitedAccess | undefined;
  readonly items: readonly HandedItem[];
}

/** Writes what is to be deployed into a folder, from where Git takes it to Flux or Argo CD. */
export function handOver(
  name: string,
  handed: HandedOver,
  opts: pulumi.CustomResourceOptions,
): ManifestFolder {
  const { directory } = handed.gitOps;
  return new ManifestFolder(name, { directory, files: manifestFiles(handed) }, opts);
}

/** Contents of the files, by their names. */
function manifestFiles(handed: HandedOver): Readonly<Record<string, pulumi.Input<string>>> {
  const { gitOps, names } = handed;
  const isFlux = gitOps.tool === "flux";
  const file = (wave: number, manifests: pulumi.Input<readonly pulumi.Input<Manifest>[]>) =>
    pulumi
      .output(manifests)
      .apply((known) => renderYaml(...(isFlux ? known : inWave(wave, known))));
  const { items, access } = handed;
  const ofNetwork = networkManifests(handed);
  const files = {
    ...(handed.hasNamespace && {
      "namespace.yaml": file(waves.base, [namespaceManifest(names)]),
    }),
    "onepassword-item-definition.yaml": file(waves.base, [
      annotated(definition, isFlux ? keptByFlux : keptByArgoCd),
    ]),
    "credentials.yaml": file(waves.credentials, credentialsManifests(handed)),
    ...(hasOwnRights(handed) && {
      "operator-rights.yaml": file(waves.policies, rightsOf(handed)),
    }),
    ...(ofNetwork.length > 0 && {
      "network-policies.yaml": file(waves.policies, ofNetwork),
    }),
    ...(access !== undefined && {
      "item-access.yaml": file(waves.policies, accessManifests(names, access)),
    }),
    ...(items.length > 0 && {
      "items.yaml": file(waves.items, items.map(itemManifest)),
    }),
  };
  const release = releaseOf(handed);
  const { source } = gitOps;
  const kustomization = (resources: readonly string[]) => ({
    apiVersion: "kustomize.config.k8s.io/v1beta1",
    kind: "Kustomization",
    resources,
  });
  if (source === undefined) {
    const all = {
      ...files,
      "release.yaml": release.apply((known) => renderYaml(...fluxRelease(known))),
    };
    return { "kustomization.yaml": renderYaml(kustomization(Object.keys(all))), ...all };
  }
  const own = kustomization(Object.keys(files));
  return {
    "application.yaml": pulumi
      .output(chartValues(handed))
      .apply((values) => renderYaml(application(names, values, source))),
    "kustomization.yaml": release.apply((known) =>
      renderYaml({ ...own, ...kustomizedRelease(known) }),
    ),
    ...files,
  };
}

/** The names with those of the Secrets of these very values. */
function namesWith(
  names: EnvironmentNames,
  credentials: Pick<StoredVersion, "fingerprint">,
  token: Pick<StoredVersion, "fingerprint">,
): EnvironmentNames {
  return {
    ...names,
    clusterCredentialsSecret: secretNameOf(names.clusterCredentialsSecret, credentials),
    clusterTokenSecret: secretNameOf(names.clusterTokenSecret, token),
  };
}

function releaseOf(handed: HandedOver): pulumi.Output<Release> {
  const { names, version, operator = {}, images = {}, credentials, operatorToken } = handed;
  const watched = watchedNamespaces(operator.watchNamespaces ?? [names.namespace]);
  const fingerprints = [credentials.fingerprint, operatorToken.fingerprint] as const;
  return pulumi.all([...fingerprints, watched]).apply(([file, token, namespaces]) => {
    const own = namesWith(names, { fingerprint: file }, { fingerprint: token });
    const given = pulumi.output(chartValues({ ...handed, names: own }));
    return given.apply(
      (values: ChartValues): Release => ({
        names,
        source: chartSource(handed.chartPath, version),
        values,
        patches: chartPatches({
          ...{ names, version, values, images },
          watchesAll: namespaces.length === 0,
          operatorVersion: operatorVersionOf(version, handed.values),
          podAnnotations: {
            "opconnect/credentials-fingerprint": file,
            "opconnect/token-fingerprint": token,
          },
        }),
      }),
    );
  });
}

function credentialsManifests({
  names,
  gitOps: { secretStore },
  credentials,
  operatorToken,
}: HandedOver): pulumi.Output<readonly Manifest[]> {
  const { namespace } = names;
  const both = pulumi.output({ file: versionOf(credentials), token: versionOf(operatorToken) });
  return both.apply(({ file, token }): readonly Manifest[] => {
    const { clusterCredentialsSecret, clusterTokenSecret } = namesWith(names, file, token);
    const place = { namespace, secretStore };
    return [
      credentialsFileSecret({ ...place, name: clusterCredentialsSecret, from: file }),
      tokenSecret({ ...place, name: clusterTokenSecret, from: token }),
    ];
  });
}

/** Of a resource, no more than that. */
function versionOf({ secretId, versionId, fingerprint }: HandedValue) {
  return { secretId, versionId, fingerprint };
}

function namespaceManifest({ namespace: name }: EnvironmentNames): Manifest {
  const labels = { ...managedBy, ...podSecurityLabels };
  return { apiVersion: "v1", kind: "Namespace", metadata: { name, labels } };
}

const definition: Manifest = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  ...onePasswordItemCrd,
};

/** Whether there are rights besides those of the chart: a file has something in it. */
function hasOwnRights({ operator, version, values }: HandedOver): boolean {
  const operatorVersion = operatorVersionOf(version, values);
  return operator?.watchNamespaces !== "all" || clusterRightsOfList(operatorVersion).length > 0;
}

function rightsOf({ names, operator, version, values }: HandedOver) {
  const watched = watchedNamespaces(operator?.watchNamespaces ?? [names.namespace]);
  return pulumi
    .output(watched)
    .apply((known): readonly Manifest[] =>
      rightsManifests(names, operatorVersionOf(version, values), known),
    );
}

function networkManifests(handed: HandedOver): readonly Manifest[] {
  const { names, networkPolicies: limited, consumerPods } = handed;
  return networkPolicies(names, limited, chartValues(handed), consumerPods).map(
    ({ name, spec }) => ({
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name, namespace: names.namespace, labels: managedBy },
      spec,
    }),
  );
}

function accessManifests(
  names: EnvironmentNames,
  access: LimitedAccess,
): pulumi.Output<readonly Manifest[]> {
  const apiVersion = "admissionregistration.k8s.io/v1";
  return pulumi.output(accessPolicies(access)).apply((policies): readonly Manifest[] =>
    policies.flatMap(({ kind, spec, binding }) => {
      const metadata = { name: `${names.accessPolicy}-${kind}`, labels: managedBy };
      return [
        { apiVersion, kind: "ValidatingAdmissionPolicy", metadata, spec },
        {
          apiVersion,
          kind: "ValidatingAdmissionPolicyBinding",
          metadata,
          spec: { policyName: metadata.name, ...binding },
        },
      ];
    }),
  );
}

function itemManifest(item: HandedItem): pulumi.Output<Manifest> {
  return pulumi.output(item).apply(
    ({ name, namespace, itemPath, type, autoRestart }): Manifest => ({
      apiVersion: "onepassword.com/v1",
      kind: "OnePasswordItem",
      metadata: {
        name,
        namespace,
        ...(autoRestart !== undefined && {
          annotations: { [restartAnnotation]: String(autoRestart) },
        }),
      },
      type,
      spec: { itemPath },
    }),
  );
}
