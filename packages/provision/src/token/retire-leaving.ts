import { isSameOnePasswordId } from "@opconnect/core";
import { withLease } from "../lease/with-lease.ts";
import { deleteUnlessGone } from "../minting/kind.ts";
import type { MintingSystems } from "../minting/request.ts";
import { readTags } from "../minting/stored-state.ts";
import { serverKind } from "../server/kind.ts";
import { encodeStoreTags } from "../store/contract/value-tags.ts";
import { tokenKind } from "./kind.ts";

/**
 * Deletes what updates without `op` have replaced, and left to a person who mints. What the store holds
 * by now is in use, and only its note goes.
 * @returns The ids.
 * @throws `STORE_…` and `OP_…` codes. What was not reached is still noted.
 */
export async function retireLeaving(
  secretId: string,
  { op, store, lease }: MintingSystems,
): Promise<readonly string[]> {
  if ((await readTags(store, secretId)).leaving === undefined) return [];
  const work = async () => {
    const { leaving: noted = [], tokenId, serverId: ownId } = await readTags(store, secretId);
    const held = tokenId ?? ownId ?? "";
    const retired: string[] = [];
    for (const [index, entry] of noted.entries()) {
      const [id = "", serverId] = entry.split("@");
      // A clone that was behind has noted what the others have, and was merged.
      const isHeld = isSameOnePasswordId(id, held);
      const kind = serverId === undefined ? serverKind(op) : tokenKind(op, serverId);
      if (!isHeld) await deleteUnlessGone(kind, id);
      const leaving = noted.slice(index + 1);
      const rest = leaving.length > 0 ? encodeStoreTags({ leaving }) : { "opconnect:leaving": "" };
      await store.tag(secretId, rest);
      if (!isHeld) retired.push(id);
    }
    return retired;
  };
  return withLease({ op, store }, secretId, work, lease);
}
