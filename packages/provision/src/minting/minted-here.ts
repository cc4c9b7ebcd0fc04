import type { CredentialStore } from "../store/contract/credential-store.ts";

const ids = new WeakMap<CredentialStore, Map<string, string>>();

/** Notes what this process has minted into a secret; `undefined` where it took what was there. */
export function noteMinted(store: CredentialStore, secretId: string, id: string | undefined): void {
  const known = ids.get(store) ?? new Map<string, string>();
  ids.set(store, known);
  if (id === undefined) known.delete(secretId);
  else known.set(secretId, id);
}

/**
 * Id of the server or token that this process has minted into a secret: it is newer than whatever
 * else the process knows to have been there, however old an answer of the store is.
 */
export function mintedHere(store: CredentialStore, secretId: string): string | undefined {
  return ids.get(store)?.get(secretId);
}
