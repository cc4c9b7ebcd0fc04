import { ConnectError } from "@opconnect/core/connect-error";
import { cacheLabel, editItem, sessionOfItem, withField } from "../item/cache.ts";
import { fetchItem, type OpItem, type ReadItem } from "../item/op-item.ts";
import type { OpSettings } from "../op/run-op.ts";
import {
  type AwsSession,
  encodeStoredSession,
  parseStoredSession,
} from "../session/credentials.ts";
import type { SessionRequest } from "../session/request.ts";
import type { StsEndpoint } from "../session/sts-endpoint.ts";

/** Where a request is answered. */
export interface SessionSurroundings extends OpSettings {
  /** Takes a line for people. */
  readonly warn: (line: string) => void;
  /** How long it takes at most until this process ends itself, in milliseconds. */
  readonly lastsMs: number;
}

/** What a cache holds for a request, and the item where it was read on the way. */
export type CacheContent = Awaited<ReturnType<typeof readSessionCache>>;

/**
 * Reads the cache that the request names: one call of `op`, or none.
 * @param read Reads the item, where that is the cache.
 */
export async function readSessionCache(
  request: SessionRequest,
  settings: OpSettings,
  read: () => Promise<ReadItem> = () => fetchItem(request, settings),
) {
  const label = cacheLabel(request);
  switch (request.cache) {
    case "none":
      return {};
    case "item": {
      const item = await read();
      return { item, session: request.endpoint.isAws ? sessionOfItem(item, label) : undefined };
    }
    case "keychain": {
      const { keychain, name } = await keychainEntry(request, label);
      return { session: parseStoredSession(await keychain.read(name)) };
    }
  }
}

export async function writeSessionCache(
  request: SessionRequest,
  item: OpItem,
  session: AwsSession,
  settings: OpSettings,
) {
  const label = cacheLabel(request);
  const value = encodeStoredSession(session);
  switch (request.cache) {
    case "none":
      return undefined;
    case "item":
      if (!request.endpoint.isAws) throw notOfAws(request.endpoint);
      return await editItem(item, (found) => withField(found, label, value), {
        rewriteItem: request.rewriteItem,
        settings,
      });
    case "keychain": {
      const { keychain, name } = await keychainEntry(request, label);
      await keychain.write(name, value);
    }
  }
}

/** The keychain, and the name by which it keeps the session of that label. */
export async function keychainEntry(request: SessionRequest, label: string) {
  const { openKeychain } = await import("./keychain.ts");
  const { requestKey } = await import("../state/folder.ts");
  return { keychain: openKeychain(), name: requestKey(request, label) };
}

/** The item is shared: colleagues would take a session for one of AWS that AWS does not know. */
function notOfAws({ url }: StsEndpoint): ConnectError {
  return new ConnectError(
    "AWS_CACHE_FAILED",
    `${URL.parse(url)?.host}, which AWS_ENDPOINT_URL_STS names, is not AWS, and the item keeps only sessions of AWS.`,
    "Unset it, or use `--cache keychain`.",
  );
}
