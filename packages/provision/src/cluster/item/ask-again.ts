import type { ClusterSecretName } from "../api.ts";
import { annotating, type ItemApi, marks, parseItem } from "./object.ts";

/**
 * Has the operator look at an item now. After each failure it waits twice as long before it tries
 * again, up to 17 minutes, but a change of the item it sees at once.
 */
export async function askAgain(
  api: Pick<ItemApi, "readItem" | "patchItem">,
  name: ClusterSecretName,
): Promise<void> {
  const found = await api.readItem(name);
  if (found === undefined) return;
  const { metadata } = parseItem(found);
  await api.patchItem(name, annotating(metadata, marks.asked, new Date().toISOString()));
}
