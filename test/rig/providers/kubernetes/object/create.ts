import { setTimeout as sleep } from "node:timers/promises";
import { hasUnknown, type PropertyMap, textAt, withoutSecrets } from "../../property-value.ts";
import type { CreateRequest, CreateResult } from "../../resource-messages.ts";
import { ResourceNotReady } from "../../service-error.ts";
import { ApiError } from "../api-server.ts";
import { type Cluster, connectionOf } from "../cluster.ts";
import { objectPath } from "../discovery.ts";
import { applyObject } from "./apply.ts";
import { awaitReady, isNotFound } from "./await.ts";
import { normalizeObject, objectId } from "./kubernetes-object.ts";
import { createdBy, fieldManagerOf, objectState } from "./state.ts";
import { parseObjectType } from "./type.ts";

/** Creates an object and waits until it is ready. */
export async function createObject(
  cluster: Cluster,
  request: CreateRequest,
): Promise<CreateResult> {
  const { urn, inputs, preview, timeoutSeconds } = request;
  const { isPatch } = parseObjectType(request.type);
  const object = normalizeObject(withoutSecrets(inputs));
  const fieldManager = fieldManagerOf(cluster.settings, {}, object);
  const creation = { cluster, object, fieldManager, isPatch, preview };
  if (preview) return { id: "", state: await previewCreation(creation, inputs) };
  const { live: created, path } = await whileMissing(cluster, () => create(creation)).catch(
    (error: Error) => {
      throw new Error(
        `resource "${urn}" was not successfully created by the Kubernetes API server: ${error.message}`,
      );
    },
  );
  const { live, missing } = await awaitReady(cluster, { path, object: created, timeoutSeconds });
  const known = { id: objectId(live), state: objectState(live, inputs, fieldManager) };
  if (missing === undefined) return known;
  throw new ResourceNotReady(
    `resource "${urn}" was successfully created, but the Kubernetes API server reported that it ` +
      `failed to fully initialize or become live: ${missing}`,
    known,
  );
}

interface Creation {
  readonly cluster: Cluster;
  readonly object: PropertyMap;
  readonly fieldManager: string;
  readonly isPatch: boolean;
  readonly preview: boolean;
}

/**
 * Asks the API server what it would make of the object. Where it cannot know yet (unknown values, a
 * kind or namespace that the same update makes), may not say, or has such an object already, the
 * inputs stand for the object: as with the real provider, that something is in the way shows later.
 */
async function previewCreation(creation: Creation, inputs: PropertyMap): Promise<PropertyMap> {
  const { cluster, object, fieldManager, isPatch } = creation;
  const { connection, settings } = cluster;
  if (!connection || !settings.enableServerSideApply || isPatch || hasUnknown(object))
    return inputs;
  const { apiVersion, kind } = object;
  if (!(await connection.discovery.find(String(apiVersion), String(kind)))) return inputs;
  try {
    const { live } = await create(creation);
    const { status: _, ...expected } = live;
    return objectState(expected, inputs, fieldManager);
  } catch (error) {
    const unknown = ["Forbidden", "NotFound", "AlreadyExists"];
    if (error instanceof ApiError && unknown.includes(error.reason)) return inputs;
    throw error;
  }
}

async function create(
  creation: Creation,
): Promise<{ readonly live: PropertyMap; readonly path: string }> {
  const { cluster, object, isPatch, preview } = creation;
  const { settings } = cluster;
  const { api, discovery } = connectionOf(cluster);
  const resource = await discovery.find(String(object.apiVersion), String(object.kind));
  if (!resource) throw new MissingKind(object);
  const namespace = textAt(object, "metadata", "namespace");
  const path = objectPath(resource, namespace, textAt(object, "metadata", "name") ?? "");
  if (settings.enableServerSideApply && (isPatch || settings.upsertExistingObjects)) {
    return { path, live: await applyObject(api, { ...creation, path, settings }) };
  }
  const live = await api
    .request({
      method: "POST",
      path: objectPath(resource, namespace),
      query: { fieldManager: createdBy, ...(preview && { dryRun: "All" }) },
      body: object,
    })
    .catch(explainExisting);
  return { path, live };
}

/** Nothing that exists is taken over; the real provider says at length what to do. */
function explainExisting(error: unknown): never {
  if (!(error instanceof ApiError) || error.reason !== "AlreadyExists") throw error;
  const remedy =
    "The resource already exists in the cluster. This can happen when:\n\n" +
    "  - Renaming a Pulumi resource: use an alias to preserve the identity, …\n" +
    "  - Managing an existing resource: use a Patch resource (e.g. NamespacePatch) …\n" +
    "  - Adopting a resource into Pulumi: use `pulumi import`. …\n" +
    "  - Intentional upsert: set upsertExistingObjects on the provider …";
  throw new ApiError(error.status, error.reason, `${error.message}\n\n${remedy}`);
}

/**
 * Tries again for half a minute while the kind or the namespace is missing: what makes them may run
 * at the same time, as with a chart that brings its own definitions.
 */
async function whileMissing<Result>(
  cluster: Cluster,
  attempt: () => Promise<Result>,
): Promise<Result> {
  const deadline = Date.now() + missingLimitMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const isMissing = error instanceof MissingKind || isNotFound(error);
      if (!isMissing || Date.now() > deadline) throw error;
    }
    await sleep(retryMs, undefined, { signal: cluster.cancelled });
  }
}

class MissingKind extends Error {
  constructor(object: PropertyMap) {
    super(
      `The API server has no ${object.kind} in ${object.apiVersion}. ` +
        "Verify that any required CRDs have been created.",
    );
  }
}

const missingLimitMs = 30_000;
const retryMs = 500;
