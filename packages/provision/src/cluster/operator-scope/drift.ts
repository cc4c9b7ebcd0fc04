import type { ClusterSecretName } from "../api.ts";
import { listsOf, type ScopeClaim, union } from "./claim.ts";
import { type OperatorScopePlace, readScope, type ScopeApi } from "./config-map.ts";
import { operatorReads } from "./deployment.ts";
import { permitted } from "./permitted.ts";

/**
 * What a ConfigMap or a Deployment has that it should not have. `"postponed"` are namespaces that the
 * operator is to watch, and does not because it may not look there.
 */
export type ScopeDrift = "altered" | "postponed" | "unsettled" | "not read by the operator";

/** What is not as a claim wants it, and how it stands with the operator. */
export interface ScopeObservation {
  /** In the order of {@link ScopeDrift}. */
  readonly drift: readonly ScopeDrift[];
  /** What it takes for the operator to work, and is gone. */
  readonly lost: readonly LostObject[];
  /** Namespaces that it watches and may not look at, though nothing was found gone there. */
  readonly forbidden: readonly string[];
}

/** How an operator's rights are called in each namespace that it watches. */
export interface OperatorRightsNames {
  readonly role: string;
  readonly roleBinding: string;
}

/** Something that the operator does not work without. */
export interface LostObject extends ClusterSecretName {
  readonly kind: "Deployment" | "Role" | "RoleBinding";
}

/** Looks whether all is as the claim of a holder wants it. */
export async function observeScope(
  api: ScopeApi,
  place: OperatorScopePlace,
  { holder, namespaces }: Omit<ScopeClaim, "generation">,
  names: OperatorRightsNames,
): Promise<ScopeObservation> {
  const { watched, claims } = await readScope(api, place);
  const lists = listsOf(claims);
  const claimed = union(lists);
  const open = await permitted(api, place, lists);
  const isAltered =
    watched === undefined ||
    !isSame(claims[holder]?.namespaces, namespaces) ||
    (open.length > 0 && !isWithin(union(open), watched));
  const isPostponed = !isAltered && !isWithin(claimed, watched);
  const extra = watched?.filter((namespace) => !claimed.includes(namespace)) ?? [];
  const held = await Promise.all(extra.map(async (name) => (await api.listItems(name)).length > 0));
  const isUnsettled = !isAltered && !isWithin(watched, claimed) && !held.includes(true);
  const isRead = await operatorReads(api, place, watched);
  const mayLook = new Set(open.flat());
  const hasOperator = isRead !== undefined;
  // Where there is no operator, nobody can be asked what it may look at: all is taken to be open.
  const shut = claimed.filter((name) => !hasOperator || !mayLook.has(name));
  const rights = (await Promise.all(shut.map((name) => rightsLostIn(api, names, name)))).flat();
  const { namespace, deployment: name } = place;
  return {
    drift: [
      ...(isAltered ? ["altered" as const] : []),
      ...(isPostponed ? ["postponed" as const] : []),
      ...(isUnsettled ? ["unsettled" as const] : []),
      ...(isRead === false ? ["not read by the operator" as const] : []),
    ],
    lost: hasOperator ? rights : [{ kind: "Deployment", namespace, name }, ...rights],
    forbidden: shut.filter(
      (name) =>
        hasOperator &&
        watched?.includes(name) &&
        !rights.some(({ namespace }) => namespace === name),
    ),
  };
}

async function rightsLostIn(
  api: Pick<ScopeApi, "hasRole" | "hasRoleBinding">,
  { role, roleBinding }: OperatorRightsNames,
  namespace: string,
): Promise<readonly LostObject[]> {
  const wanted = [
    { kind: "Role", namespace, name: role, has: api.hasRole },
    { kind: "RoleBinding", namespace, name: roleBinding, has: api.hasRoleBinding },
  ] as const;
  const found = await Promise.all(
    wanted.map(async ({ has, ...object }) => ({ ...object, found: await has(object) })),
  );
  return found.flatMap(({ found, ...object }) => (found === false ? [object] : []));
}

/** Whether all of one list is in another; one without any stands for all there are. */
function isWithin(inner: readonly string[], outer: readonly string[]): boolean {
  return isSame(union([outer, inner]), outer);
}

function isSame(one: readonly string[] | undefined, other: readonly string[] | undefined): boolean {
  return one?.toSorted().join() === other?.toSorted().join();
}
