import type * as pulumi from "@pulumi/pulumi";
import {
  diffProperties,
  hasUnknown,
  type Properties,
  type PropertyRoles,
} from "../../property-diff.ts";

/** How a change of each property is carried out: other namespaces are another claim. */
export const scopeRoles = {
  updates: ["kubeconfig", "context", "deployment", "holder", "drift", "unavailable", "remade"],
  replaces: ["clusterUid", "namespace", "name", "namespaces"],
} satisfies PropertyRoles;

/**
 * Compares a scope's state with new inputs. What was postponed comes with the end of an update, which
 * only a replacement has.
 */
export function diffScope(olds: Properties, news: Properties): pulumi.dynamic.DiffResult {
  const { replaces = [], ...diff } = diffProperties(olds, news, scopeRoles);
  const drift: readonly unknown[] = Array.isArray(news.drift) ? news.drift : [];
  return { ...diff, replaces: drift.includes("postponed") ? [...replaces, "drift"] : replaces };
}

const watchRoles = {
  updates: ["kubeconfig", "context", "deployment", "holder"],
  replaces: ["clusterUid", "namespace", "name", "namespaces", "generation"],
} satisfies PropertyRoles;

/**
 * Compares that of an `OperatorWatch`: it goes with its claim. A preview does not know which one that
 * is where the scope changes in place, which leaves the claim as it is.
 */
export function diffWatch(olds: Properties, news: Properties): pulumi.dynamic.DiffResult {
  const generation = hasUnknown(news.generation) ? olds.generation : news.generation;
  return diffProperties(olds, { ...news, generation }, watchRoles);
}
