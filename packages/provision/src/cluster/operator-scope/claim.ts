import {
  changeScope,
  type OperatorScopePlace,
  readScope,
  type Scope,
  type ScopeApi,
} from "./config-map.ts";
import { letOperatorRead } from "./deployment.ts";
import { permitted } from "./permitted.ts";

/** What one resource wants the operator to watch. */
export interface ScopeClaim {
  /** Tells resources apart that want something of the same operator. */
  readonly holder: string;
  /** Tells a claim from the one that takes its place. */
  readonly generation: string;
  /** None for all namespaces. */
  readonly namespaces: readonly string[];
}

/**
 * Lets an operator watch what all claims say, and until {@link releaseScope} what they said before,
 * so that it can still take its finalizer off whatever a change deletes. What it may not look at yet
 * comes with the same claim made again once it may, or with {@link releaseScope}: a change that fails
 * before it gets that right leaves an operator that works.
 * @param formerHolder Under which the same claim was made before: its place is taken.
 * @param effectMs How long the API server may take to go by a RoleBinding that was just made.
 */
export async function claimScope(
  api: ScopeApi,
  place: OperatorScopePlace,
  { holder, generation, namespaces }: ScopeClaim,
  formerHolder = holder,
  effectMs = 0,
): Promise<void> {
  const after = await changeScope(api, place, async ({ watched, claims }) => {
    const { [formerHolder]: same, ...others } = claims;
    const kept = same?.generation === generation ? others : claims;
    const wanted = { ...kept, [holder]: { generation, namespaces: [...namespaces] } };
    const former = watched && (await stillThere(api, watched));
    const open = await permitted(api, place, listsOf(wanted), effectMs);
    const lists = [...(former ? [former] : []), ...open];
    return { watched: union(lists.length > 0 ? lists : listsOf(wanted)), claims: wanted };
  });
  await letOperatorRead(api, place, after?.watched);
}

/** Makes a claim again that was made before the operator had its rights: it has them by now. */
export const watchScope = (
  api: ScopeApi,
  place: OperatorScopePlace,
  claim: ScopeClaim,
  effectMs = takingEffectMs,
) => claimScope(api, place, claim, claim.holder, effectMs);

/**
 * Takes a claim back, unless another has taken its place by then, and lets the operator watch what
 * is claimed and nothing else, as far as it may look there. Without any claim the ConfigMap goes.
 * @param effectMs How long the API server may take to go by a RoleBinding that was just made.
 */
export async function releaseScope(
  api: ScopeApi,
  place: OperatorScopePlace,
  { holder, generation }: Omit<ScopeClaim, "namespaces">,
  effectMs = takingEffectMs,
): Promise<void> {
  const after = await changeScope(api, place, async ({ watched, claims }) => {
    const { [holder]: own, ...others } = claims;
    const left = own?.generation === generation ? others : claims;
    const lists = listsOf(left);
    if (lists.length === 0) return undefined;
    const open = await permitted(api, place, lists, effectMs);
    if (open.length > 0) return { watched: union(open), claims: left };
    return { watched: watched ?? union(lists), claims: left };
  });
  if (after !== undefined) await letOperatorRead(api, place, after.watched);
}

/** How long an API server may take to go by a RoleBinding, in milliseconds. */
const takingEffectMs = 3_000;

/** Lets the operator watch what is claimed and nothing else. */
export const settleScope = (api: ScopeApi, place: OperatorScopePlace) =>
  releaseScope(api, place, { holder: "", generation: "" });

/** Whether a holder has this claim. */
export async function hasScopeClaim(
  api: ScopeApi,
  place: OperatorScopePlace,
  { holder, generation }: Omit<ScopeClaim, "namespaces">,
): Promise<boolean> {
  const { claims } = await readScope(api, place);
  return claims[holder]?.generation === generation;
}

/** The namespaces of each claim. */
export function listsOf(claims: Scope["claims"]): readonly (readonly string[])[] {
  return Object.values(claims).map(({ namespaces }) => namespaces);
}

/** All namespaces of some lists; a list without any stands for all there are. */
export function union(lists: readonly (readonly string[])[]): readonly string[] {
  if (lists.some((list) => list.length === 0)) return [];
  return [...new Set(lists.flat())].sort();
}

/**
 * Without the namespaces that are gone or going: an operator that watches one of them gets no
 * further than its start, since nothing permits it to look there. Those that a user may not look at
 * are taken to be there.
 */
async function stillThere(
  api: ScopeApi,
  namespaces: readonly string[],
): Promise<readonly string[] | undefined> {
  if (namespaces.length === 0) return namespaces;
  const states = await Promise.all(namespaces.map((name) => api.findNamespace(name)));
  const there = namespaces.filter((_, index) => {
    const found = states[index];
    return found === "hidden" || found?.status?.phase === "Active";
  });
  return there.length === 0 ? undefined : there;
}
