import { setTimeout } from "node:timers/promises";
import { ConnectError, defined, parseJson, watchVariable } from "@opconnect/core";
import { z } from "zod";
import type { ClusterApi, ClusterSecretName } from "../api.ts";
import type { V1ConfigMap } from "../kubernetes-client.ts";
import { isOurs, managedBy } from "../secret/describe.ts";

/** The ConfigMap with the namespaces that an operator watches. */
export interface OperatorScopePlace extends ClusterSecretName {
  /** Name of the operator's Deployment, in the same namespace. */
  readonly deployment: string;
}

/** The requests that are sent to the cluster. */
export type ScopeApi = Pick<
  ClusterApi,
  | "applyConfigMap"
  | "deleteConfigMap"
  | "findNamespace"
  | "hasRole"
  | "hasRoleBinding"
  | "isAllowedTo"
  | "listItems"
  | "patchDeployment"
  | "readConfigMap"
  | "readDeployment"
>;

/** What the ConfigMap says. */
export interface Scope {
  /** In the order of the alphabet, none for all namespaces; `undefined` if that is not known. */
  readonly watched: readonly string[] | undefined;
  /** By holder, what each wants to be watched, and the generation of the resource that wants it. */
  readonly claims: Claims;
}

type Claims = Readonly<z.infer<typeof claimsSchema>>;

const claimsSchema = z.record(
  z.string(),
  z.object({ generation: z.string(), namespaces: z.array(z.string()) }).readonly(),
);

/** @throws `CLUSTER_OBJECT_FOREIGN` if a ConfigMap of that name is there that is not ours. */
export async function readScope(api: ScopeApi, place: OperatorScopePlace): Promise<Scope> {
  return scopeOf(await readOurs(api, place));
}

/**
 * Changes what the ConfigMap says; `undefined` deletes it. Where others write it at the same time,
 * the change is made again of what they wrote.
 * @returns What it says then.
 * @throws `CLUSTER_OBJECT_FOREIGN` as {@link readScope}, `CLUSTER_FAILED` if they do not stop.
 */
export async function changeScope(
  api: ScopeApi,
  place: OperatorScopePlace,
  change: (before: Scope) => Promise<Scope | undefined>,
): Promise<Scope | undefined> {
  for (let attempts = 1; attempts <= 5; attempts += 1) {
    const found = await readOurs(api, place);
    const after = await change(scopeOf(found));
    if ((await writeScope(api, place, found, after)) !== "conflict") return after;
    await setTimeout(attempts * 100);
  }
  throw new ConnectError(
    "CLUSTER_FAILED",
    `The ConfigMap ${place.name} in the namespace ${place.namespace} was changed by others each time it was to be written.`,
    "Look who else writes it, then run again.",
  );
}

async function writeScope(
  api: ScopeApi,
  { namespace, name }: OperatorScopePlace,
  found: V1ConfigMap | undefined,
  scope: Scope | undefined,
): Promise<unknown> {
  const { resourceVersion } = found?.metadata ?? {};
  if (scope === undefined) {
    return found && api.deleteConfigMap({ namespace, name }, resourceVersion);
  }
  const { watched = [], claims } = scope;
  return api.applyConfigMap({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      namespace,
      name,
      labels: { [managedBy]: "opconnect" },
      // Not among the data: each key of those is a variable of the operator.
      annotations: { [claimsMark]: JSON.stringify(claims) },
      ...defined({ resourceVersion }),
    },
    data: { [watchVariable]: watched.join(",") },
  });
}

async function readOurs(
  api: ScopeApi,
  { namespace, name }: OperatorScopePlace,
): Promise<V1ConfigMap | undefined> {
  const found = await api.readConfigMap({ namespace, name });
  if (found === undefined || isOurs(found)) return found;
  throw new ConnectError(
    "CLUSTER_OBJECT_FOREIGN",
    `There is a ConfigMap ${name} in the namespace ${namespace} already that opconnect did not write.`,
    `Give ours another name (\`convention.watchedNamespaces\`), or delete that one if nothing needs it: \`kubectl delete configmap -n ${namespace} ${name}\`.`,
  );
}

const claimsMark = "opconnect/claims";

function scopeOf(found: V1ConfigMap | undefined): Scope {
  const watched = found?.data?.[watchVariable];
  const claims = claimsSchema.safeParse(
    parseJson(found?.metadata?.annotations?.[claimsMark] ?? ""),
  );
  return {
    watched: watched?.split(",").filter((namespace) => namespace !== ""),
    claims: claims.success ? claims.data : {},
  };
}
