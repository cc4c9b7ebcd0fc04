import type { PropertyMap } from "../../property-value.ts";
import type { ApiRequest } from "../api-server.ts";
import type { ClusterSettings } from "../cluster.ts";
import { annotationOf } from "./kubernetes-object.ts";

/** An object and under whose name its fields are set. */
export interface ObjectToApply {
  readonly path: string;
  readonly object: PropertyMap;
  readonly fieldManager: string;
  readonly settings: ClusterSettings;
}

/**
 * The request of a server-side apply. Fields of other managers are only taken over where the
 * provider or the annotation `pulumi.com/patchForce` says so.
 */
export function applyRequest(
  { path, object, fieldManager, settings }: ObjectToApply,
  query: NonNullable<ApiRequest["query"]> = {},
): ApiRequest {
  const isForced =
    settings.enablePatchForce || annotationOf(object, "pulumi.com/patchForce") === "true";
  return {
    method: "PATCH",
    path,
    query: { ...query, fieldManager, force: String(isForced) },
    body: object,
    contentType: "application/apply-patch+yaml",
  };
}
