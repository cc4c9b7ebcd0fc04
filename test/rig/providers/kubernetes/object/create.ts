import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { hasUnknown, type PropertyMap, textAt, withoutSecrets } from "../../property-value.ts";
import type { CreateRequest, CreateResult } from "../../resource-messages.ts";
import { ResourceNotReady } from "../../service-error.ts";
import { ApiError, type ApiRequest } from "../api-server.ts";
import { type Cluster, connectionOf } from "../cluster.ts";
import { objectPath } from "../discovery.ts";
import { applyRequest, type ObjectToApply } from "./apply-request.ts";
import { awaitReady, isNotFound } from "./await.ts";
import { annotationOf, normalizeObject, objectId } from "./kubernetes-object.ts";
import { objectState } from "./state.ts";
import { parseObjectType } from "./type.ts";

/** Creates an object and waits until it is ready. */
export async function createObject(
  cluster: Cluster,
  request: CreateRequest,
): Promise<CreateResult> {
  const { isPatch } = parseObjectType(request.type);
  const object = normalizeObject(withoutSecrets(request.inputs));
  const fieldManager = annotationOf(object, "pulumi.com/patchFieldManager") ?? newFieldManager();
  const creation = { cluster, object, fieldManager, isPatch };
  if (request.preview) return { id: "", state: await previewCreation(creation, request.inputs) };
  const { live: created, path } = await whileMissing(cluster, () => create(creation));
  const { timeoutSeconds } = request;
  const { live, missing } = await awaitReady(cluster, { path, object: created, timeoutSeconds });
  const state = objectState(live, request.inputs, fieldManager);
  if (missing !== undefined) {
    throw new ResourceNotReady(
      `${textAt(object, "kind")} ${objectId(live)} was created, but did not become ready: ${missing}.`,
      objectId(live),
      state,
    );
  }
  return { id: objectId(live), state };
}

interface Creation {
  readonly cluster: Cluster;
  readonly object: PropertyMap;
  readonly fieldManager: string;
  readonly isPatch: boolean;
}

/**
 * Asks the API server what it would make of the object. Where it cannot know yet (unknown values, a
 * kind or namespace that the same update makes) or may not say, the inputs stand for the object.
 */
async function previewCreation(creation: Creation, inputs: PropertyMap): Promise<PropertyMap> {
  const { cluster, object, fieldManager, isPatch } = creation;
  if (!cluster.connection || isPatch || hasUnknown(object)) return inputs;
  const { apiVersion, kind } = object;
  if (!(await cluster.connection.discovery.find(String(apiVersion), String(kind)))) return inputs;
  try {
    const { live } = await create(creation, { dryRun: "All" });
    const { status: _, ...expected } = live;
    return objectState(expected, inputs, fieldManager);
  } catch (error) {
    if (error instanceof ApiError && [403, 404, 409].includes(error.status)) return inputs;
    throw error;
  }
}

async function create(
  { cluster, object, fieldManager, isPatch }: Creation,
  query: NonNullable<ApiRequest["query"]> = {},
): Promise<{ readonly live: PropertyMap; readonly path: string }> {
  const { api, discovery } = connectionOf(cluster);
  const resource = await discovery.find(String(object.apiVersion), String(object.kind));
  if (!resource) throw new MissingKind(object);
  const namespace = textAt(object, "metadata", "namespace");
  const path = objectPath(resource, namespace, textAt(object, "metadata", "name") ?? "");
  if (isPatch || cluster.settings.upsertExistingObjects) {
    const applied: ObjectToApply = { path, object, fieldManager, settings: cluster.settings };
    return { path, live: await api.request(applyRequest(applied, query)) };
  }
  const live = await api
    .request({
      method: "POST",
      path: objectPath(resource, namespace),
      query: { ...query, fieldManager: "pulumi-kubernetes" },
      body: object,
    })
    .catch(explainExisting);
  return { path, live };
}

/** The real provider no longer takes over what exists either, and says what to do. */
function explainExisting(error: unknown): never {
  if (!(error instanceof ApiError) || error.reason !== "AlreadyExists") throw error;
  const remedy =
    "Import it, manage some of its fields with a Patch resource, or set upsertExistingObjects on the provider.";
  throw new ApiError(error.status, error.reason, `${error.message}. ${remedy}`);
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

function newFieldManager(): string {
  return `pulumi-kubernetes-${randomBytes(4).toString("hex")}`;
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
