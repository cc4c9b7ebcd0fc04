import { cacheLabel, editItem, withoutValues } from "../item/cache.ts";
import { fetchItem, type OpItem } from "../item/op-item.ts";
import type { OpSettings } from "../op/run-op.ts";
import type { SessionRequest } from "../session/request.ts";
import { keychainEntry } from "./session-cache.ts";

/** Drops the sessions that a request's cache keeps, and says how many there were. */
export async function clearCache(request: SessionRequest, settings: OpSettings): Promise<number> {
  switch (request.cache) {
    case "none":
      return 0;
    case "item":
      return await clearItem(request, settings);
    case "keychain":
      return await clearKeychain(request);
  }
}

async function clearItem(
  { item, vault, rewriteItem, fields: { sessionCache } }: SessionRequest,
  settings: OpSettings,
): Promise<number> {
  const read = await fetchItem({ item, vault, fresh: true }, settings);
  const cleared = new Set<string>();
  const edit = (found: OpItem) => {
    for (const { label, value } of found.fields) {
      // The sessions of roles are kept under the same label with more words behind it.
      const isOurs = label === sessionCache || label.startsWith(`${sessionCache} `);
      if (isOurs && value) cleared.add(label);
    }
    return cleared.size === 0 ? undefined : withoutValues(found, [...cleared]);
  };
  await editItem(read, edit, { rewriteItem, settings });
  return cleared.size;
}

async function clearKeychain(request: SessionRequest): Promise<number> {
  const labels = new Set([request, { ...request, role: undefined }].map(cacheLabel));
  let count = 0;
  for (const label of labels) {
    const { keychain, name } = await keychainEntry(request, label);
    if ((await keychain.read(name)) === undefined) continue;
    await keychain.remove(name);
    count += 1;
  }
  return count;
}
