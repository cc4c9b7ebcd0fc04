import { isList, propertyAt, withoutSecrets } from "../../property-value.ts";
import type { DeleteRequest } from "../../resource-messages.ts";
import { ResourceNotReady } from "../../service-error.ts";
import { type Cluster, connectionOf } from "../cluster.ts";
import { objectPath } from "../discovery.ts";
import { awaitDeleted, isNotFound } from "./await.ts";
import { annotationOf, parseObjectId } from "./kubernetes-object.ts";
import { fieldManagerOf, objectState } from "./state.ts";
import { parseObjectType } from "./type.ts";

/** Deletes an object and waits until it is gone. What is gone already, its kind included, is fine. */
export async function deleteObject(cluster: Cluster, request: DeleteRequest): Promise<void> {
  if (!cluster.connection && cluster.settings.deleteUnreachable) return;
  const { api, discovery } = connectionOf(cluster);
  const { apiVersion, kind, isPatch } = parseObjectType(request.type);
  const resource = await discovery.find(apiVersion, kind);
  if (!resource) return;
  const { namespace, name } = parseObjectId(request.id);
  const path = objectPath(resource, namespace, name);
  const state = withoutSecrets(request.state);
  const fieldManager = fieldManagerOf(state) ?? "pulumi-kubernetes";
  if (isPatch) {
    // Applying nothing gives up the fields that this manager owns; the object stays.
    const metadata = { name, ...(namespace !== undefined && { namespace }) };
    const body = { apiVersion, kind, metadata };
    const contentType = "application/apply-patch+yaml";
    await api.request({ method: "PATCH", path, query: { fieldManager }, body, contentType });
    return;
  }
  try {
    await api.request({ method: "DELETE", path, body: deleteOptions(state) });
  } catch (error) {
    if (isNotFound(error)) return;
    throw error;
  }
  if (annotationOf(state, "pulumi.com/skipAwait") === "true" && unawaitedKinds.has(kind)) return;
  const { timeoutSeconds } = request;
  const outcome = await awaitDeleted(cluster, { path, object: state, timeoutSeconds });
  if (!outcome) return;
  const finalizers = propertyAt(outcome.live, "metadata", "finalizers");
  const held = isList(finalizers) ? `, held by the finalizers ${finalizers.join(", ")}` : "";
  throw new ResourceNotReady(
    `${kind} ${request.id} was told to go, but ${outcome.missing}${held}.`,
    request.id,
    objectState(outcome.live, request.state, fieldManager),
  );
}

function deleteOptions(state: Parameters<typeof annotationOf>[0]) {
  const asked = annotationOf(state, "pulumi.com/deletionPropagationPolicy")?.toLowerCase();
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
