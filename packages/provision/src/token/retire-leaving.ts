import { withLease } from "../lease/with-lease.ts";
import { deleteUnlessGone } from "../minting/kind.ts";
import type { MintingSystems } from "../minting/request.ts";
import { readTags } from "../minting/stored-state.ts";
import { serverKind } from "../server/kind.ts";
import { encodeStoreTags } from "../store/contract/value-tags.ts";
import { tokenKind } from "./kind.ts";

/**
 * Deletes what updates without `op` have replaced, and left to a person who mints.
 * @returns The ids.
 * @throws `STORE_…` and `OP_…` codes. What was not reached is still noted.
 */
export async function retireLeaving(
  secretId: string,
  { op, store, lease }: MintingSystems,
): Promise<readonly string[]> {
  if ((await readTags(store, secretId)).leaving === undefined) return [];
  const work = async () => {
    const noted = (await readTags(store, secretId)).leaving ?? [];
    const retired: string[] = [];
    for (const [index, entry] of noted.entries()) {
      const [id = "", serverId] = entry.split("@");
      await deleteUnlessGone(serverId === undefined ? serverKind(op) : tokenKind(op, serverId), id);
      const leaving = noted.slice(index + 1);
      const rest = leaving.length > 0 ? encodeStoreTags({ leaving }) : { "opconnect:leaving": "" };
      await store.tag(secretId, rest);
      retired.push(id);
    }
    return retired;
  };
  return withLease({ op, store }, secretId, work, lease);
}
