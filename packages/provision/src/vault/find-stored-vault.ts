import { isSameOnePasswordId } from "@opconnect/core";
import type { CredentialStore } from "../store/contract/credential-store.ts";
import { decodeStoreTags } from "../store/contract/value-tags.ts";

/**
 * Id of the vault that the environment's Connect server is granted under this key, by the tags of
 * its credentials. A run without `op` takes it from there. Once the server was deleted the tags
 * prove nothing: the vault may have gone with it.
 * @throws `STORE_ACCESS_DENIED` and other `STORE_…` codes.
 */
export async function findStoredVault(
  { id, secretId, key }: StoredVaultQuery,
  store: CredentialStore | undefined,
): Promise<string | undefined> {
  if (store === undefined || secretId === undefined || key === undefined) return undefined;
  const { fingerprint, retired, vaults } = decodeStoreTags(
    (await store.describe(secretId))?.tags ?? {},
  );
  if (fingerprint === undefined || fingerprint === retired) return undefined;
  const stored = vaults.find((vault) => vault.key === key)?.id;
  return id === undefined || isSameOnePasswordId(id, stored ?? "") ? stored : undefined;
}

interface StoredVaultQuery {
  readonly secretId?: string | undefined;
  readonly key?: string | undefined;
  /** The only one that will do. */
  readonly id?: string | undefined;
}
