import type { ConstructRequest, ConstructResult } from "../../construct-messages.ts";
import {
  hasUnknown,
  isList,
  isMap,
  type PropertyMap,
  propertyAt,
  resourceReference,
  textAt,
  withoutSecrets,
  withPropertyAt,
} from "../../property-value.ts";
import { type Cluster, type ClusterConnection, connectionOf } from "../cluster.ts";
import { annotationOf, markObjectSecrets, objectId } from "../object/kubernetes-object.ts";
import { isNamespaced } from "../object/namespaced.ts";
import { renderObjectType } from "../object/type.ts";
import { renderChart } from "./helm-template.ts";
import { type OrderedObject, orderObjects } from "./order.ts";

/** Makes a Helm chart's objects children of a component, each under the chart's name and its own. */
export async function constructChart(
  cluster: Cluster,
  request: ConstructRequest,
): Promise<ConstructResult> {
  const connection = connectionOf(cluster);
  const urn = await request.registerComponent();
  const inputs = withoutSecrets(request.inputs);
  if (hasUnknown(inputs)) {
    await request.warn("Input properties have unknown values. Preview is incomplete.", urn);
    return { urn, state: {} };
  }
  refuseUnsupported(inputs);
  const rendered = await renderChart(
    { ...chartOf(inputs, request.name, cluster), ...(await capabilitiesOf(connection)) },
    cluster.settings,
    cluster.cancelled,
  );
  const objects = await placeObjects(cluster, rendered, textAt(inputs, "namespace"));
  const prefix = textAt(inputs, "resourcePrefix") ?? request.name;
  const skipAwait = inputs.skipAwait === true;
  const children = await registerObjects(request, orderObjects(objects), (object) => ({
    type: renderObjectType(String(object.apiVersion), String(object.kind)),
    name: prefix === "" ? objectId(object) : `${prefix}:${objectId(object)}`,
    parent: urn,
    inputs: skipAwait ? withSkippedAwait(object) : object,
    retainOnDelete: annotationOf(object, "helm.sh/resource-policy") === "keep",
  }));
  const resources = children.map((child) => resourceReference(child.urn, child.id));
  return { urn, state: { resources } };
}

/** Options that nothing here needs; to ignore them would show something else than what users get. */
function refuseUnsupported(inputs: PropertyMap): void {
  const unsupported = Object.keys(inputs).filter((name) => unsupportedInputs.has(name));
  const repositoryOptions = isMap(inputs.repositoryOpts) ? Object.keys(inputs.repositoryOpts) : [];
  const [name] = [...unsupported, ...repositoryOptions.filter((option) => option !== "repo")];
  if (name) throw new Error(`The stand-in kubernetes provider ignores the chart option "${name}".`);
}

function chartOf(inputs: PropertyMap, name: string, cluster: Cluster) {
  const { values } = inputs;
  return {
    releaseName: textAt(inputs, "name") ?? name,
    chart: textAt(inputs, "chart") ?? "",
    version: textAt(inputs, "version"),
    repository: textAt(inputs, "repositoryOpts", "repo"),
    namespace: textAt(inputs, "namespace") ?? cluster.namespace,
    values: isMap(values) ? values : {},
    skipCrds: inputs.skipCrds === true,
    devel: inputs.devel === true,
    dependencyUpdate: inputs.dependencyUpdate === true,
  };
}

/** What templates see as `.Capabilities`. */
async function capabilitiesOf({ api, version }: ClusterConnection) {
  const { groups } = await api.request({ method: "GET", path: "/apis" });
  const versions = (isList(groups) ? groups : []).flatMap((group) => {
    const served = propertyAt(group, "versions");
    return isList(served) ? served.map((entry) => textAt(entry, "groupVersion") ?? "") : [];
  });
  return { kubeVersion: version, apiVersions: ["v1", ...versions] };
}

export async function placeObjects(
  cluster: Cluster,
  objects: readonly PropertyMap[],
  namespace: string | undefined,
): Promise<readonly PropertyMap[]> {
  const whole = objects.flatMap(expandList);
  return Promise.all(
    whole.map(async (object) => {
      if (!textAt(object, "metadata", "name")) {
        throw new Error(`The chart renders a ${object.kind} without a name.`);
      }
      if (textAt(object, "metadata", "namespace")) return object;
      if (!(await isNamespaced(cluster, object, whole))) return object;
      return withPropertyAt(object, ["metadata", "namespace"], namespace ?? cluster.namespace);
    }),
  );
}

/** `kind: List` stands for its items. */
function expandList(object: PropertyMap): readonly PropertyMap[] {
  const { items, kind } = object;
  if (!isList(items) || !String(kind).endsWith("List")) return [object];
  return items.filter(isMap).flatMap(expandList);
}

/** Registers objects at once where nothing holds them back; the others wait for what does. */
async function registerObjects(
  request: ConstructRequest,
  ordered: readonly OrderedObject[],
  childOf: (
    object: PropertyMap,
  ) => Omit<Parameters<ConstructRequest["registerChild"]>[0], "dependsOn">,
) {
  const registered = new Map<PropertyMap, ReturnType<ConstructRequest["registerChild"]>>();
  for (const { object, dependsOn } of ordered) {
    const needed = dependsOn.flatMap((other) => registered.get(other) ?? []);
    const child = childOf(object);
    const inputs = markObjectSecrets(child.inputs, child.inputs);
    const registration = Promise.all(needed).then((first) =>
      request.registerChild({ ...child, inputs, dependsOn: first.map(({ urn }) => urn) }),
    );
    registered.set(object, registration);
  }
  return Promise.all(registered.values());
}

function withSkippedAwait(object: PropertyMap): PropertyMap {
  const metadata = isMap(object.metadata) ? object.metadata : {};
  const annotations = isMap(metadata.annotations) ? metadata.annotations : {};
  return {
    ...object,
    metadata: { ...metadata, annotations: { ...annotations, "pulumi.com/skipAwait": "true" } },
  };
}

const unsupportedInputs = new Set([
  "verify",
  "keyring",
  "valueYamlFiles",
  "postRenderer",
  "plainHttp",
]);
