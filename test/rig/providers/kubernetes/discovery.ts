import { isList, propertyAt, textAt } from "../property-value.ts";
import { ApiError, type ApiServer } from "./api-server.ts";

/** A kind as the API server serves it. */
export interface ApiResource {
  readonly apiVersion: string;
  readonly kind: string;
  /** Name in paths, e.g. `deployments`. */
  readonly plural: string;
  readonly namespaced: boolean;
}

/** What the API server serves, asked once per group and again after a miss. */
export interface Discovery {
  /** Undefined if the API server does not know the kind (yet). */
  find(apiVersion: string, kind: string): Promise<ApiResource | undefined>;
}

export function createDiscovery(api: ApiServer): Discovery {
  const groups = new Map<string, Promise<readonly ApiResource[]>>();
  const ask = (apiVersion: string) => {
    const asked = listResources(api, apiVersion);
    groups.set(apiVersion, asked);
    asked.catch(() => groups.delete(apiVersion));
    return asked;
  };
  return {
    async find(apiVersion, kind) {
      const cached = groups.get(apiVersion);
      const isKind = (resource: ApiResource) => resource.kind === kind;
      const known = (await (cached ?? ask(apiVersion))).find(isKind);
      // A custom resource may have been defined since the answer was kept.
      return known ?? (cached && (await ask(apiVersion)).find(isKind));
    },
  };
}

/** Path of the objects of a kind, or of one of them. */
export function objectPath(
  resource: ApiResource,
  namespace: string | undefined,
  name?: string,
): string {
  const { apiVersion, namespaced, plural } = resource;
  const scope = namespaced ? ["namespaces", namespace ?? "default"] : [];
  const parts = [...scope, plural, ...(name === undefined ? [] : [name])];
  return `${groupPath(apiVersion)}/${parts.map(encodeURIComponent).join("/")}`;
}

async function listResources(api: ApiServer, apiVersion: string): Promise<readonly ApiResource[]> {
  try {
    const list = await api.request({ method: "GET", path: groupPath(apiVersion) });
    const resources = isList(list.resources) ? list.resources : [];
    return resources
      .map((resource) => ({
        apiVersion,
        kind: textAt(resource, "kind") ?? "",
        plural: textAt(resource, "name") ?? "",
        namespaced: propertyAt(resource, "namespaced") === true,
      }))
      .filter(isWholeObject);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return [];
    throw error;
  }
}

/** Subresources such as `deployments/scale` are listed beside the objects. */
function isWholeObject({ plural }: ApiResource): boolean {
  return !plural.includes("/");
}

function groupPath(apiVersion: string): string {
  return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}
