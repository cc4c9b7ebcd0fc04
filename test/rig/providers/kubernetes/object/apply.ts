import { isList, type PropertyMap, propertyAt, textAt } from "../../property-value.ts";
import { ApiError, type ApiRequest, type ApiServer } from "../api-server.ts";
import type { ClusterSettings } from "../cluster.ts";
import { annotationOf } from "./kubernetes-object.ts";
import { createdBy } from "./state.ts";

/** An object and under whose name its fields are set. */
export interface ObjectToApply {
  readonly path: string;
  readonly object: PropertyMap;
  readonly fieldManager: string;
  readonly settings: ClusterSettings;
  readonly preview: boolean;
  /** What the object is before; none if it is not known to exist. */
  readonly live?: PropertyMap;
}

/**
 * Applies an object on the server's side.
 * @throws ApiError with the real provider's words if another manager has a field.
 */
export async function applyObject(api: ApiServer, applied: ObjectToApply): Promise<PropertyMap> {
  const { fieldManager } = applied;
  try {
    return await api.request(applyRequest(applied));
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== "Conflict") throw error;
    const message = `server-side apply field conflict detected, see ${guide} for troubleshooting help
The resource managed by field manager "${fieldManager}" had an apply conflict: ${error.message}`;
    throw new ApiError(error.status, error.reason, message);
  }
}

function applyRequest(applied: ObjectToApply): ApiRequest {
  const { path, object, fieldManager, preview } = applied;
  return {
    method: "PATCH",
    path,
    query: {
      fieldManager,
      force: String(isForced(applied)),
      ...(preview && { dryRun: "All" }),
    },
    body: object,
    contentType: "application/apply-patch+yaml",
  };
}

/**
 * Fields of other managers are only taken over where the provider or an annotation says so. A dry run
 * hands nothing over, so it may not mind the manager that created the object.
 */
function isForced({ object, settings, preview, live }: ObjectToApply): boolean {
  if (annotationOf(object, "pulumi.com/patchForce") === "true") return true;
  if (settings.enablePatchForce) return true;
  if (!live) return preview;
  const managers = propertyAt(live, "metadata", "managedFields");
  if (!isList(managers) || managers.length === 0) return true;
  const isCreator = (entry: (typeof managers)[number]) =>
    textAt(entry, "operation") === "Update" && textAt(entry, "manager") === createdBy;
  return preview && managers.some(isCreator);
}

const guide =
  "https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/" +
  "managing-resources-with-server-side-apply/#handle-field-conflicts-on-existing-resources";
