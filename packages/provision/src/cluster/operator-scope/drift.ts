import { listsOf, type ScopeClaim, union } from "./claim.ts";
import { type OperatorScopePlace, readScope, type ScopeApi } from "./config-map.ts";
import { operatorReads } from "./deployment.ts";

/** What a ConfigMap or a Deployment has that it should not have. */
export type ScopeDrift = "altered" | "unsettled" | "not read by the operator";

/** What is not as a claim wants it, and whether there is an operator at all. */
export interface ScopeObservation {
  /** In the order of {@link ScopeDrift}. */
  readonly drift: readonly ScopeDrift[];
  readonly hasOperator: boolean;
}

/** Looks whether all is as the claim of a holder wants it. */
export async function observeScope(
  api: ScopeApi,
  place: OperatorScopePlace,
  { holder, namespaces }: Omit<ScopeClaim, "generation">,
): Promise<ScopeObservation> {
  const { watched, claims } = await readScope(api, place);
  const claimed = union(listsOf(claims));
  const own = claims[holder]?.namespaces;
  const isAltered =
    watched === undefined ||
    !isSame(own, namespaces) ||
    !isSame(union([watched, claimed]), watched);
  const extra = watched?.filter((namespace) => !claimed.includes(namespace)) ?? [];
  const held = await Promise.all(extra.map((namespace) => api.hasItems(namespace)));
  const isUnsettled = !isAltered && !isSame(watched, claimed) && !held.includes(true);
  const isRead = await operatorReads(api, place, watched);
  return {
    drift: [
      ...(isAltered ? ["altered" as const] : []),
      ...(isUnsettled ? ["unsettled" as const] : []),
      ...(isRead === false ? ["not read by the operator" as const] : []),
    ],
    hasOperator: isRead !== undefined,
  };
}

function isSame(one: readonly string[] | undefined, other: readonly string[] | undefined): boolean {
  return one?.toSorted().join() === other?.toSorted().join();
}
