import { hasCode } from "@opconnect/core";
import { namespaceState } from "../namespace.ts";
import { type ItemApi, parseItem } from "./object.ts";
import { type ReleasePatience, releaseLeaving } from "./release.ts";

/**
 * Lets go of the items in namespaces that are being deleted: what permits the operator to do so goes
 * with a namespace, which then stays for ever. All of them, whoever made them: they and their Secrets
 * are lost already.
 * @param namespaces None for all.
 * @returns What the operator did not release, as `namespace/name`.
 */
export async function freeNamespaces(
  api: ItemApi,
  namespaces: readonly string[],
  patience: ReleasePatience,
): Promise<readonly string[]> {
  const names = namespaces.length > 0 ? namespaces : await leavingOfAny(api);
  const freed = await Promise.all(names.map((name) => freeNamespace(api, name, patience)));
  return freed.flat();
}

/** The namespaces of all items that are being deleted. */
async function leavingOfAny(api: ItemApi): Promise<readonly string[]> {
  const listed = await api.listItems().catch(noneIfDenied);
  const items = listed.map(parseItem);
  const leaving = items.filter(({ metadata }) => metadata.deletionTimestamp !== undefined);
  return [...new Set(leaving.map(({ metadata }) => metadata.namespace))];
}

/** Without the right to look everywhere, what holds a namespace is let go of item by item. */
function noneIfDenied(error: unknown): readonly [] {
  if (hasCode(error, "CLUSTER_ACCESS_DENIED")) return [];
  throw error;
}

async function freeNamespace(
  api: ItemApi,
  namespace: string,
  patience: ReleasePatience,
): Promise<readonly string[]> {
  if ((await namespaceState(api, namespace)) !== "leaving") return [];
  const items = (await api.listItems(namespace)).map(parseItem);
  const freed = items.map(async (item) => {
    const { name } = item.metadata;
    const release = await releaseLeaving(api, { namespace, name }, item, patience);
    return release === "forced" ? [`${namespace}/${name}`] : [];
  });
  return (await Promise.all(freed)).flat();
}
