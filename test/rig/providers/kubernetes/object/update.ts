import {
  hasUnknown,
  type PropertyMap,
  type PropertyValue,
  textAt,
  withoutSecrets,
  withPropertyAt,
} from "../../property-value.ts";
import type { UpdateRequest } from "../../resource-messages.ts";
import { ResourceNotReady } from "../../service-error.ts";
import { ApiError, type ApiServer } from "../api-server.ts";
import { type Cluster, connectionOf } from "../cluster.ts";
import { objectPath } from "../discovery.ts";
import { applyRequest } from "./apply-request.ts";
import { awaitReady } from "./await.ts";
import { annotationOf, normalizeObject, objectId, parseObjectId } from "./kubernetes-object.ts";
import { takeOverFields } from "./managed-fields.ts";
import { fieldManagerOf, objectState } from "./state.ts";

/** Applies the new inputs to an object and waits until it is ready again. */
export async function updateObject(cluster: Cluster, request: UpdateRequest): Promise<PropertyMap> {
  const object = normalizeObject(withoutSecrets(request.inputs));
  const { apiVersion, kind } = object;
  if (request.preview && (!cluster.connection || hasUnknown(object))) return request.inputs;
  const { api, discovery } = connectionOf(cluster);
  const resource = await discovery.find(String(apiVersion), String(kind));
  if (!resource && request.preview) return request.inputs;
  if (!resource) throw new Error(`The API server has no ${kind} in ${apiVersion}.`);
  const { namespace, name } = parseObjectId(request.id);
  const path = objectPath(resource, namespace, name);
  const fieldManager =
    annotationOf(object, "pulumi.com/patchFieldManager") ??
    fieldManagerOf(request.oldState) ??
    "pulumi-kubernetes";
  const update = { cluster, api, path, object, fieldManager, preview: request.preview };
  try {
    const applied = await apply(update);
    if (request.preview) return objectState(applied, request.inputs, fieldManager);
    const { timeoutSeconds } = request;
    const { live, missing } = await awaitReady(cluster, { path, object: applied, timeoutSeconds });
    const state = objectState(live, request.inputs, fieldManager);
    if (missing === undefined) return state;
    const message = `${kind} ${objectId(live)} was updated, but did not become ready: ${missing}.`;
    throw new ResourceNotReady(message, request.id, state);
  } catch (error) {
    if (request.preview && error instanceof ApiError && error.status === 403) return request.inputs;
    throw error;
  }
}

interface Update {
  readonly cluster: Cluster;
  readonly api: ApiServer;
  readonly path: string;
  readonly object: PropertyMap;
  readonly fieldManager: string;
  readonly preview: boolean;
}

async function apply(update: Update): Promise<PropertyMap> {
  const { api, path, object, fieldManager, cluster, preview } = update;
  const live = await api.request({ method: "GET", path });
  const query = preview ? { dryRun: "All" } : {};
  if (object.kind === "CustomResourceDefinition") {
    // Merging two versions of a definition can leave parts of both, so it is put as a whole.
    const version = textAt(live, "metadata", "resourceVersion") ?? "";
    const body = withPropertyAt(object, ["metadata", "resourceVersion"], version);
    return api.request({ method: "PUT", path, query: { ...query, fieldManager }, body });
  }
  const managedFields = takeOverFields(live, fieldManager);
  const { settings } = cluster;
  if (managedFields && preview) {
    // A dry run hands nothing over, so it may not mind the manager that created the object.
    const forced = { ...settings, enablePatchForce: true };
    return api.request(applyRequest({ path, object, fieldManager, settings: forced }, query));
  }
  if (managedFields) await handOver(update, live, managedFields);
  return api.request(applyRequest({ path, object, fieldManager, settings }, query));
}

async function handOver(
  { api, path }: Update,
  live: PropertyMap,
  managedFields: readonly PropertyValue[],
): Promise<void> {
  await api.request({
    method: "PATCH",
    path,
    contentType: "application/json-patch+json",
    body: [
      { op: "replace", path: "/metadata/managedFields", value: managedFields },
      {
        op: "replace",
        path: "/metadata/resourceVersion",
        value: textAt(live, "metadata", "resourceVersion") ?? "",
      },
    ],
  });
}
