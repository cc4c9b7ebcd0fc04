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
  /** What it takes for the operator to work, and is gone: its Deployment, RoleBindings. */
  readonly lost: readonly ClusterSecretName[];
  /** Namespaces that it watches and may not look at, though no RoleBinding was found gone there. */
  readonly forbidden: readonly string[];
}

/** Looks whether all is as the claim of a holder wants it. */
export async function observeScope(
  api: ScopeApi,
  place: OperatorScopePlace,
  { holder, namespaces }: Omit<ScopeClaim, "generation">,
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
  const bindings = shut.map((namespace) => ({
    namespace,
    name: `${place.roleBinding}-${namespace}`,
  }));
  const bound = await Promise.all(bindings.map(api.hasRoleBinding));
  const unbound = bindings.filter((_, index) => bound[index] === false);
  const { namespace, deployment: name } = place;
  return {
    drift: [
      ...(isAltered ? ["altered" as const] : []),
      ...(isPostponed ? ["postponed" as const] : []),
      ...(isUnsettled ? ["unsettled" as const] : []),
      ...(isRead === false ? ["not read by the operator" as const] : []),
    ],
    lost: hasOperator ? unbound : [{ namespace, name }, ...unbound],
    forbidden: shut.filter(
      (name, index) => hasOperator && watched?.includes(name) && bound[index] !== false,
    ),
  };
}

/** Whether all of one list is in another; one without any stands for all there are. */
function isWithin(inner: readonly string[], outer: readonly string[]): boolean {
  return isSame(union([outer, inner]), outer);
}

function isSame(one: readonly string[] | undefined, other: readonly string[] | undefined): boolean {
  return one?.toSorted().join() === other?.toSorted().join();
}
