import type * as pulumi from "@pulumi/pulumi";
import { diffProperties, type Properties, type PropertyRoles } from "../../property-diff.ts";

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
