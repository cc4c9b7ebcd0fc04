import type * as pulumi from "@pulumi/pulumi";
import { diffProperties, type Properties, type PropertyRoles } from "../../property-diff.ts";
import { isOfEarlierRelease, recordedItem } from "./recorded.ts";

/** How a change of each property is carried out. */
export const itemRoles = {
  updates: ["kubeconfig", "context", "itemPath", "labels", "autoRestart"],
  follows: ["holder"],
  replaces: ["clusterUid", "namespace", "name", "type"],
} satisfies PropertyRoles;

/**
 * Compares an item's state with new inputs, and with what `check` found of it in the cluster. The
 * operator refuses another `type` for a Secret that is there, so that goes first.
 */
export function diffItem(olds: Properties, news: Properties): pulumi.dynamic.DiffResult {
  const known = recordedItem(olds);
  if (isOfEarlierRelease(olds)) {
    const { replaces } = diffProperties(
      { ...known },
      { ...news },
      { replaces: itemRoles.replaces.filter((role) => role !== "clusterUid") },
    );
    return { changes: true, replaces, deleteBeforeReplace: staysInPlace(replaces) };
  }
  const { changes, replaces } = diffProperties(olds, news, itemRoles);
  const drifted = news.found !== undefined && !isAsRecorded(known, Object(news.found));
  return { changes: changes || drifted, replaces, deleteBeforeReplace: staysInPlace(replaces) };
}

function staysInPlace(replaces: readonly string[]): boolean {
  return replaces.length === 1 && replaces[0] === "type";
}

function isAsRecorded(
  { uid, claim }: { readonly uid?: string | undefined; readonly claim?: string | undefined },
  found: { readonly uid?: unknown; readonly claims?: unknown; readonly drift?: unknown },
): boolean {
  const claims: readonly unknown[] = Array.isArray(found.claims) ? found.claims : [];
  return found.drift === undefined && found.uid === uid && claims.includes(claim);
}
