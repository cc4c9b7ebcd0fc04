import { cacheLabel, type ItemWrite, sessionOfItem, storeInItem } from "../item/item-cache.ts";
import { type ReadItem, readItem } from "../item/read-item.ts";
import type { OpSettings } from "../op/run-op.ts";
import type { AwsSession } from "../session/aws-session.ts";
import { parseStoredSession } from "../session/aws-session.ts";
import type { SessionRequest } from "../session/session-request.ts";

/** What a cache holds for a request. */
export interface CacheContent {
  readonly session?: AwsSession;
  /** The item, where it was read on the way. */
  readonly item?: ReadItem;
}

/**
 * Reads the cache that the request names: one call of `op`, or none.
 * @param fresh Whether `op` is to ask 1Password instead of its own cache.
 * @param reading The item, if it is being read already.
 */
export async function readSessionCache(
  request: SessionRequest,
  settings: OpSettings,
  fresh = false,
  reading?: Promise<ReadItem>,
): Promise<CacheContent> {
  const { cache } = request;
  const label = cacheLabel(request);
  if (cache === "keychain") {
    const { openKeychain } = await import("./keychain.ts");
    const { requestKey } = await import("../state/state-folder.ts");
    const session = parseStoredSession(await openKeychain().read(requestKey(request, label)));
    return session === undefined ? {} : { session };
  }
  if (cache === "none") return {};
  const item = await (reading ?? readItem(request, settings, fresh));
  const session = sessionOfItem(item.content, label);
  return { item, ...(session === undefined ? {} : { session }) };
}

/** Keeps a session in the cache that the request names. */
export async function writeSessionCache(
  request: SessionRequest,
  itemId: string,
  session: AwsSession,
  settings: OpSettings,
): Promise<ItemWrite | undefined> {
  const label = cacheLabel(request);
  if (request.cache === "item") {
    return await storeInItem(itemId, label, session, {
      rewriteItem: request.rewriteItem,
      settings,
    });
  }
  if (request.cache === "keychain") {
    const { encodeStoredSession } = await import("../session/aws-session.ts");
    const { openKeychain } = await import("./keychain.ts");
    const { requestKey } = await import("../state/state-folder.ts");
    await openKeychain().write(requestKey(request, label), encodeStoredSession(session));
  }
  return undefined;
}
