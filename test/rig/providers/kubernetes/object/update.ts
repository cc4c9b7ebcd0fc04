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
import { type Cluster, type ClusterSettings, connectionOf } from "../cluster.ts";
import { objectPath } from "../discovery.ts";
import { applyObject } from "./apply.ts";
import { awaitReady } from "./await.ts";
import { leaveIgnored } from "./ignored-fields.ts";
import { normalizeObject, parseObjectId } from "./kubernetes-object.ts";
import { takeOverFields } from "./managed-fields.ts";
import { fieldManagerOf, objectState } from "./state.ts";
import { parseObjectType } from "./type.ts";

/**
 * Applies the new inputs to an object and waits until it is ready again. One that refuses them is kept
 * as not ready, as it is and with the new inputs: the next update tries them again.
 */
export async function updateObject(cluster: Cluster, request: UpdateRequest): Promise<PropertyMap> {
  const { id, inputs, preview, timeoutSeconds, oldState, ignoreChanges } = request;
  const object = normalizeObject(withoutSecrets(inputs));
  const { apiVersion, kind } = object;
  if (preview && (!cluster.connection || hasUnknown(object))) return inputs;
  const { settings } = cluster;
  const { api, discovery } = connectionOf(cluster);
  const resource = await discovery.find(String(apiVersion), String(kind));
  if (!resource && preview) return inputs;
  if (!resource) throw new Error(`The API server has no ${kind} in ${apiVersion}.`);
  if (!settings.enableServerSideApply) {
    throw new Error("The stand-in kubernetes provider applies on the server's side only.");
  }
  const { namespace, name } = parseObjectId(id);
  const path = objectPath(resource, namespace, name);
  const fieldManager = fieldManagerOf(settings, oldState, object);
  const { isPatch } = parseObjectType(request.type);
  const update = { api, path, object, fieldManager, settings, preview, isPatch, ignoreChanges };
  const before = await api.request({ method: "GET", path });
  try {
    const applied = await apply(update, before);
    if (preview) return objectState(applied, inputs, fieldManager);
    const { live, missing } = await awaitReady(cluster, { path, object: applied, timeoutSeconds });
    if (missing !== undefined) throw new Error(missing);
    await relinquish(update, fieldManagerOf(settings, oldState, {}));
    return objectState(live, inputs, fieldManager);
  } catch (error) {
    if (preview && error instanceof ApiError && error.status === 403) return inputs;
    const reason = error instanceof Error ? error.message : String(error);
    const live = await api.request({ method: "GET", path });
    throw new ResourceNotReady(
      `the Kubernetes API server reported that "${id}" failed to fully initialize or become live: ${reason}`,
      { id, state: objectState(live, inputs, fieldManager) },
    );
  }
}

interface Update {
  readonly api: ApiServer;
  readonly path: string;
  readonly object: PropertyMap;
  readonly fieldManager: string;
  readonly settings: ClusterSettings;
  readonly preview: boolean;
  readonly isPatch: boolean;
  readonly ignoreChanges: readonly string[];
}

async function apply(update: Update, before: PropertyMap): Promise<PropertyMap> {
  const { api, path, fieldManager, preview } = update;
  if (update.object.kind === "CustomResourceDefinition") {
    // Merging two versions of a definition can leave parts of both, so it is put as a whole.
    const version = textAt(before, "metadata", "resourceVersion") ?? "";
    const body = withPropertyAt(update.object, ["metadata", "resourceVersion"], version);
    const query = { fieldManager, ...(preview && { dryRun: "All" }) };
    return api.request({ method: "PUT", path, query, body });
  }
  const managedFields =
    preview || update.isPatch ? undefined : takeOverFields(before, fieldManager);
  const live = managedFields ? await handOver(update, before, managedFields) : before;
  const object = leaveIgnored(update, live);
  return applyObject(api, { ...update, object, live });
}

async function handOver(
  { api, path }: Update,
  live: PropertyMap,
  managedFields: readonly PropertyValue[],
): Promise<PropertyMap> {
  return api.request({
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

/** A manager that is not used any more gives up all it owned, by applying nothing. */
async function relinquish({ api, path, object, ...update }: Update, manager: string) {
  if (manager === update.fieldManager) return;
  const { apiVersion = "", kind = "" } = object;
  const metadata = { name: textAt(object, "metadata", "name") ?? "" };
  await applyObject(api, {
    ...update,
    path,
    fieldManager: manager,
    object: { apiVersion, kind, metadata },
  });
}
