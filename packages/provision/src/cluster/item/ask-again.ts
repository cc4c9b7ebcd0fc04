import type { ClusterSecretName } from "../api.ts";
import { type ItemApi, marks, parseItem } from "./object.ts";

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
  const { uid, annotations } = parseItem(found).metadata;
  const isFirst = Object.keys(annotations).length === 0;
  await api.patchItem(name, [
    { op: "test", path: "/metadata/uid", value: uid },
    ...(isFirst ? [{ op: "add", path: "/metadata/annotations", value: {} } as const] : []),
    {
      op: "add",
      path: `/metadata/annotations/${marks.asked.replace("/", "~1")}`,
      value: new Date().toISOString(),
    },
  ]);
}
