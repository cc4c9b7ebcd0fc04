import { defined } from "@opconnect/core";
import type { ClusterSecretName } from "../api.ts";
import { problemOf } from "./object.ts";
import { type ItemReads, type ReadItem, readItems } from "./read-items.ts";

/** How far the operator is with a `OnePasswordItem`. */
export interface ItemSync {
  /** Labels of the Secret of the same name; none if there is no such Secret. */
  readonly secretLabels?: Readonly<Record<string, string>>;
  /** What the operator said when it last failed; empty if it did not. */
  readonly problem: string;
}

/**
 * Says how far the operator is with `OnePasswordItem`s, in their order; `undefined` for one that is
 * not there. Asks each namespace once.
 */
export async function readItemSyncs(
  api: ItemReads,
  items: readonly ClusterSecretName[],
): Promise<readonly (ItemSync | undefined)[]> {
  const namespaces = [...new Set(items.map(({ namespace }) => namespace))];
  const found = new Map(
    await Promise.all(
      namespaces.map(async (namespace) => {
        const names = items.flatMap((item) => (item.namespace === namespace ? [item.name] : []));
        return [namespace, await readItems(api, namespace, names)] as const;
      }),
    ),
  );
  return items.map(({ namespace, name }) => syncOf(found.get(namespace)?.get(name)));
}

function syncOf(read: ReadItem | undefined): ItemSync | undefined {
  if (read?.object === undefined) return undefined;
  return { problem: problemOf(read.object), ...defined({ secretLabels: read.secret?.labels }) };
}
