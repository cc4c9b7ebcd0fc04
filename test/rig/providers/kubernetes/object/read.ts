import { type PropertyMap, textAt, withoutSecrets } from "../../property-value.ts";
import type { ReadRequest, ReadResult } from "../../resource-messages.ts";
import { ResourceNotReady } from "../../service-error.ts";
import type { Cluster } from "../cluster.ts";
import { objectPath } from "../discovery.ts";
import { findObject, whatIsMissing } from "./await.ts";
import {
  markObjectSecrets,
  normalizeObject,
  parseObjectId,
  pruneToInputs,
} from "./kubernetes-object.ts";
import { fieldManagerOf, objectState } from "./state.ts";
import { parseObjectType } from "./type.ts";

/**
 * Reads an object by its id: for a refresh, an import, or a `.get`, which also runs at preview. A
 * refresh notes what is not ready, so that the next update applies it again.
 */
export async function readObject(cluster: Cluster, request: ReadRequest): Promise<ReadResult> {
  const { connection, settings } = cluster;
  if (!connection && settings.deleteUnreachable) return undefined;
  if (!connection) throw new Error(`failed to read resource state due to ${unreachable}`);
  const { apiVersion, kind } = parseObjectType(request.type);
  const resource = await connection.discovery.find(apiVersion, kind);
  if (!resource) return undefined;
  const { namespace, name } = parseObjectId(request.id);
  const live = await findObject(cluster, objectPath(resource, namespace, name));
  if (!live) return undefined;
  const oldInputs = withoutSecrets(request.inputs);
  const isKnown = textAt(oldInputs, "kind") !== undefined;
  const inputs = markObjectSecrets(
    normalizeObject(isKnown ? pruneToInputs(live, oldInputs) : inputsOf(live)),
    request.inputs,
  );
  const fieldManager = fieldManagerOf(settings, request.state, oldInputs);
  const result = { id: request.id, inputs, state: objectState(live, inputs, fieldManager) };
  const missing = isKnown ? await whatIsMissing(cluster, live) : undefined;
  if (missing === undefined) return result;
  const message = `Resource '${name}' was created but failed to initialize`;
  throw new ResourceNotReady(message, { ...result, missing });
}

/** The inputs that would have made an object of which none are known. */
function inputsOf(live: PropertyMap): PropertyMap {
  const { status: _, ...rest } = live;
  return rest;
}

/** What the real provider says where it cannot work without the cluster. */
export const unreachable =
  "unreachable cluster. If the cluster was deleted, you can remove this resource from Pulumi state " +
  'by rerunning the operation with the PULUMI_K8S_DELETE_UNREACHABLE environment variable set to "true"';
