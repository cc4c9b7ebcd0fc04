import type { OpSettings } from "../op/run-op.ts";
import type { SessionRequest } from "../session/session-request.ts";
import { fetchItem, type ItemQuery, type OpItem } from "./op-item.ts";

/** An item, and when its reading began: what happened since then is not in it. */
export interface ReadItem {
  readonly content: OpItem;
  /** Milliseconds since 1970. */
  readonly readAt: number;
}

/** Reads the item of a request; a fresh one not from the cache of `op`. */
export async function readItem(
  { item, vault }: SessionRequest,
  settings: OpSettings,
  { fresh = false }: Pick<ItemQuery, "fresh"> = {},
): Promise<ReadItem> {
  const readAt = Date.now();
  return { content: await fetchItem({ item, vault, fresh }, settings), readAt };
}
