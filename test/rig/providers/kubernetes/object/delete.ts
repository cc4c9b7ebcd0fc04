import {
  isList,
  isMap,
  type PropertyMap,
  propertyAt,
  withoutSecrets,
} from "../../property-value.ts";
import type { DeleteRequest } from "../../resource-messages.ts";
import { ResourceNotReady } from "../../service-error.ts";
import type { Cluster } from "../cluster.ts";
import { objectPath } from "../discovery.ts";
import { awaitDeleted, isNotFound } from "./await.ts";
import { annotationOf, parseObjectId } from "./kubernetes-object.ts";
import { unreachable } from "./read.ts";
import { fieldManagerOf, objectState } from "./state.ts";
import { parseObjectType } from "./type.ts";

/** Deletes an object and waits until it is gone. What is gone already, its kind included, is fine. */
export async function deleteObject(cluster: Cluster, request: DeleteRequest): Promise<void> {
  const { connection, settings } = cluster;
  if (!connection && settings.deleteUnreachable) return;
  if (!connection) throw new Error(`configured Kubernetes cluster is ${unreachable}`);
  const { api, discovery } = connection;
  const { apiVersion, kind, isPatch } = parseObjectType(request.type);
  const resource = await discovery.find(apiVersion, kind);
  if (!resource) return;
  const { namespace, name } = parseObjectId(request.id);
  const path = objectPath(resource, namespace, name);
  const state = withoutSecrets(request.state);
  const given = propertyAt(state, "__inputs");
  const inputs = isMap(given) ? given : {};
  const fieldManager = fieldManagerOf(settings, state, inputs);
  if (isPatch) {
    // Applying nothing gives up the fields that this manager owns; the object stays.
    const metadata = { name, ...(namespace !== undefined && { namespace }) };
    const body = { apiVersion, kind, metadata };
    const contentType = "application/apply-patch+yaml";
    await api.request({ method: "PATCH", path, query: { fieldManager }, body, contentType });
    return;
  }
  try {
    await api.request({ method: "DELETE", path, body: deleteOptions(inputs) });
  } catch (error) {
    if (isNotFound(error)) return;
    throw error;
  }
  if (annotationOf(inputs, "pulumi.com/skipAwait") === "true" && unawaitedKinds.has(kind)) return;
  const { timeoutSeconds } = request;
  const outcome = await awaitDeleted(cluster, { path, object: inputs, timeoutSeconds });
  if (!outcome) return;
  const finalizers = propertyAt(outcome.live, "metadata", "finalizers");
  const held = isList(finalizers) ? finalizers.join(", ") : "";
  throw new ResourceNotReady(
    `${outcome.missing}: finalizers might be preventing deletion (${held})`,
    { id: request.id, state: objectState(outcome.live, request.state, fieldManager) },
  );
}

function deleteOptions(inputs: PropertyMap) {
  const asked = annotationOf(inputs, "pulumi.com/deletionPropagationPolicy")?.toLowerCase();
  const policy = propagationPolicies.get(asked ?? "") ?? "Foreground";
  return { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy: policy };
}

const propagationPolicies = new Map([
  ["orphan", "Orphan"],
  ["background", "Background"],
]);

/** Only for these does the real provider heed `pulumi.com/skipAwait` when it deletes. */
const unawaitedKinds = new Set([
  "DaemonSet",
  "Deployment",
  "Job",
  "Namespace",
  "Pod",
  "StatefulSet",
]);
