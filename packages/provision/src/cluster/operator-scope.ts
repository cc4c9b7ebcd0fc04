import type { V1ConfigMap, V1Deployment } from "@kubernetes/client-node";
import { ConnectError, defined, parseJson } from "@opconnect/core";
import { z } from "zod";
import type { ClusterApi, ClusterSecretName } from "./api.ts";

/** The ConfigMap with the namespaces that an operator watches. */
export interface OperatorScopePlace extends ClusterSecretName {
  /** Name of the operator's Deployment, in the same namespace. */
  readonly deployment: string;
  /** Key that the operator reads: namespaces with commas between, all if empty. */
  readonly key: string;
}

/** The requests that are sent to the cluster. */
export type ScopeApi = Pick<
  ClusterApi,
  | "applyConfigMap"
  | "deleteConfigMap"
  | "editDeployment"
  | "findNamespace"
  | "hasItems"
  | "readConfigMap"
  | "readDeployment"
  | "restartDeployment"
>;

/** What one resource wants the operator to watch. */
export interface ScopeClaim {
  /** Tells resources apart that want something of the same operator. */
  readonly holder: string;
  /** Tells a claim from the one that takes its place. */
  readonly generation: string;
  /** None for all namespaces. */
  readonly namespaces: readonly string[];
}

/** What a ConfigMap or a Deployment has that it should not have. */
export type ScopeDrift = "altered" | "unsettled" | "not read by the operator";

/**
 * Lets an operator watch what all claims say, and until {@link releaseScope} what they said before,
 * so that it can still take its finalizer off whatever a change deletes. Says whether that changed
 * what was there.
 */
export async function claimScope(
  api: ScopeApi,
  place: OperatorScopePlace,
  { holder, ...claim }: ScopeClaim,
): Promise<boolean> {
  const { before, after } = await changeScope(api, place, async ({ watched, claims }) => {
    const wanted = { ...claims, [holder]: claim };
    const former = watched && (await stillThere(api, watched));
    return { watched: union([...(former ? [former] : []), ...listsOf(wanted)]), claims: wanted };
  });
  await letOperatorRead(api, place);
  return !isSame(before.watched, after?.watched);
}

/**
 * Takes a claim back, unless another has taken its place by then, and lets the operator watch what
 * is claimed and nothing else. Without any claim the ConfigMap goes.
 */
export async function releaseScope(
  api: ScopeApi,
  place: OperatorScopePlace,
  { holder, generation }: Omit<ScopeClaim, "namespaces">,
): Promise<void> {
  const { before, after } = await changeScope(api, place, async ({ claims }) => {
    const { [holder]: own, ...others } = claims;
    const left = own?.generation === generation ? others : claims;
    const lists = listsOf(left);
    return lists.length === 0 ? undefined : { watched: union(lists), claims: left };
  });
  if (after !== undefined && !isSame(before.watched, after.watched)) {
    await restartOperator(api, place);
  }
}

/** Lets the operator watch what is claimed and nothing else. */
export const settleScope = (api: ScopeApi, place: OperatorScopePlace) =>
  releaseScope(api, place, { holder: "", generation: "" });

/** Lets the operator read what it is to watch: it does so only when it starts. */
export async function restartOperator(
  api: ScopeApi,
  { namespace, deployment }: OperatorScopePlace,
): Promise<void> {
  await api.restartDeployment({ namespace, name: deployment });
}

/** What is not as the claim of a holder wants it, in the order of {@link ScopeDrift}. */
export async function findScopeDrift(
  api: ScopeApi,
  place: OperatorScopePlace,
  { holder, namespaces }: Omit<ScopeClaim, "generation">,
): Promise<readonly ScopeDrift[]> {
  const { watched, claims } = scopeOf(await readOurs(api, place), place);
  const claimed = union(listsOf(claims));
  const own = claims[holder]?.namespaces;
  const isAltered =
    watched === undefined ||
    !isSame(own, namespaces) ||
    !isSame(union([watched, claimed]), watched);
  const extra = watched?.filter((namespace) => !claimed.includes(namespace)) ?? [];
  const held = await Promise.all(extra.map((namespace) => api.hasItems(namespace)));
  const isUnsettled = !isAltered && !isSame(watched, claimed) && !held.includes(true);
  const literal = await findLiteral(api, place);
  return [
    ...(isAltered ? ["altered" as const] : []),
    ...(isUnsettled ? ["unsettled" as const] : []),
    ...(literal ? ["not read by the operator" as const] : []),
  ];
}

/** @throws `CLUSTER_OBJECT_FOREIGN` if a ConfigMap of that name is there that is not ours. */
export async function requireOurScope(api: ScopeApi, place: OperatorScopePlace): Promise<void> {
  await readOurs(api, place);
}

/** Whether a holder has this claim. */
export async function hasScopeClaim(
  api: ScopeApi,
  place: OperatorScopePlace,
  { holder, generation }: Omit<ScopeClaim, "namespaces">,
): Promise<boolean> {
  const { claims } = scopeOf(await readOurs(api, place), place);
  return claims[holder]?.generation === generation;
}

interface Scope {
  /** In the order of the alphabet, none for all namespaces; `undefined` if that is not known. */
  readonly watched: readonly string[] | undefined;
  readonly claims: Claims;
}

const claimsSchema = z.record(
  z.string(),
  z.object({ generation: z.string(), namespaces: z.array(z.string()) }),
);

type Claims = Readonly<Record<string, Omit<ScopeClaim, "holder">>>;

async function changeScope(
  api: ScopeApi,
  place: OperatorScopePlace,
  change: (before: Scope) => Promise<Scope | undefined>,
): Promise<{ readonly before: Scope; readonly after: Scope | undefined }> {
  for (let attempts = 1; attempts <= 5; attempts += 1) {
    const found = await readOurs(api, place);
    const before = scopeOf(found, place);
    const after = await change(before);
    const outcome = await writeScope(api, place, found, after);
    if (outcome !== "conflict") return { before, after };
  }
  throw new ConnectError(
    "CLUSTER_FAILED",
    `The ConfigMap ${place.name} in the namespace ${place.namespace} was changed by others each time it was to be written.`,
    "Look who else writes it, then run again.",
  );
}

async function writeScope(
  api: ScopeApi,
  { namespace, name, key }: OperatorScopePlace,
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
      ...defined({ resourceVersion }),
    },
    data: { [key]: watched.join(","), claims: JSON.stringify(claims) },
  });
}

async function readOurs(
  api: ScopeApi,
  { namespace, name }: OperatorScopePlace,
): Promise<V1ConfigMap | undefined> {
  const found = await api.readConfigMap({ namespace, name });
  if (found === undefined || found.metadata?.labels?.[managedBy] === "opconnect") return found;
  throw new ConnectError(
    "CLUSTER_OBJECT_FOREIGN",
    `There is a ConfigMap ${name} in the namespace ${namespace} already that opconnect did not write.`,
    `Give ours another name (\`convention.watchedNamespaces\`), or delete that one if nothing needs it: \`kubectl delete configmap -n ${namespace} ${name}\`.`,
  );
}

const managedBy = "app.kubernetes.io/managed-by";

function scopeOf(found: V1ConfigMap | undefined, { key }: OperatorScopePlace): Scope {
  const { [key]: watched, claims = "" } = found?.data ?? {};
  const parsed = claimsSchema.safeParse(parseJson(claims));
  return {
    watched: watched?.split(",").filter((namespace) => namespace !== ""),
    claims: parsed.success ? parsed.data : {},
  };
}

function listsOf(claims: Claims): readonly (readonly string[])[] {
  return Object.values(claims).map(({ namespaces }) => namespaces);
}

/** A list without any namespace stands for all of them. */
function union(lists: readonly (readonly string[])[]): readonly string[] {
  if (lists.some((list) => list.length === 0)) return [];
  return [...new Set(lists.flat())].sort();
}

function isSame(one: readonly string[] | undefined, other: readonly string[] | undefined): boolean {
  return one?.toSorted().join() === other?.toSorted().join();
}

/**
 * Without the namespaces that are gone or going: an operator that watches one of them gets no
 * further than its start, since nothing permits it to look there.
 */
async function stillThere(
  api: ScopeApi,
  namespaces: readonly string[],
): Promise<readonly string[] | undefined> {
  if (namespaces.length === 0) return namespaces;
  const found = await Promise.all(namespaces.map((name) => api.findNamespace(name)));
  const there = namespaces.filter((_, index) => found[index]?.status?.phase === "Active");
  return there.length === 0 ? undefined : there;
}

interface Literal {
  /** Path of the variable in the Deployment. */
  readonly path: string;
}

/** The variable, if the Deployment has a text where it should name the ConfigMap. */
async function findLiteral(
  api: ScopeApi,
  { namespace, name, deployment }: OperatorScopePlace,
): Promise<Literal | undefined> {
  const found: V1Deployment | undefined = await api.readDeployment({ namespace, name: deployment });
  const containers = found?.spec?.template.spec?.containers ?? [];
  for (const [index, { env = [] }] of containers.entries()) {
    const position = env.findIndex((variable) => variable.name === watchVariable);
    if (position === -1) continue;
    if (env[position]?.valueFrom?.configMapKeyRef?.name === name) return undefined;
    return { path: `/spec/template/spec/containers/${index}/env/${position}` };
  }
  return undefined;
}

const watchVariable = "WATCH_NAMESPACE";

/**
 * Puts the reference where a former release, or a person, put a text. Server-side apply alone would
 * leave the text of another field manager beside it, which the API server refuses.
 */
async function letOperatorRead(api: ScopeApi, place: OperatorScopePlace): Promise<void> {
  const literal = await findLiteral(api, place);
  if (literal === undefined) return;
  const { namespace, name, deployment, key } = place;
  const valueFrom = { configMapKeyRef: { name, key } };
  await api.editDeployment({ namespace, name: deployment }, [
    { op: "test", path: `${literal.path}/name`, value: watchVariable },
    { op: "replace", path: literal.path, value: { name: watchVariable, valueFrom } },
  ]);
}
