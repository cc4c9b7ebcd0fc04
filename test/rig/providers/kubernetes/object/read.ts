import { type PropertyMap, withoutSecrets } from "../../property-value.ts";
import type { ReadRequest, ReadResult } from "../../resource-messages.ts";
import { type Cluster, connectionOf } from "../cluster.ts";
import { objectPath } from "../discovery.ts";
import { findObject } from "./await.ts";
import {
  markObjectSecrets,
  normalizeObject,
  parseObjectId,
  pruneToInputs,
} from "./kubernetes-object.ts";
import { fieldManagerOf, objectState } from "./state.ts";
import { parseObjectType } from "./type.ts";

/** Reads an object by its id: for a refresh, an import, or a `.get`, which also runs at preview. */
export async function readObject(cluster: Cluster, request: ReadRequest): Promise<ReadResult> {
  if (!cluster.connection && cluster.settings.deleteUnreachable) return undefined;
  const { discovery } = connectionOf(cluster);
  const { apiVersion, kind } = parseObjectType(request.type);
  const resource = await discovery.find(apiVersion, kind);
  if (!resource) return undefined;
  const { namespace, name } = parseObjectId(request.id);
  const live = await findObject(cluster, objectPath(resource, namespace, name));
  if (!live) return undefined;
  const oldInputs = withoutSecrets(request.inputs);
  const isKnown = Object.keys(oldInputs).length > 0;
  const inputs = isKnown ? pruneToInputs(live, oldInputs) : inputsOf(live);
  const marked = markObjectSecrets(normalizeObject(inputs), request.inputs);
  const fieldManager = fieldManagerOf(request.state) ?? "pulumi-kubernetes";
  return { id: request.id, inputs: marked, state: objectState(live, marked, fieldManager) };
}

/** The inputs that would have made an object of which none are known. */
function inputsOf(live: PropertyMap): PropertyMap {
  const { status: _, ...rest } = live;
  return rest;
}
