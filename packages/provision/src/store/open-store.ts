import { createAgeFileStore } from "./age-file/age-file-store.ts";
import type { CredentialStore } from "./contract/credential-store.ts";
import { parseStoreConfig, type StoreConfig } from "./contract/store-config.ts";
import { createSecretsManagerStore } from "./secrets-manager/secrets-manager-store.ts";

/**
 * Opens the credential store that an environment uses. Nothing is loaded, read or asked before the
 * first call of a method.
 * @throws `ARGUMENT_INVALID` naming every field that is wrong.
 */
export function openStore(config: StoreConfig): CredentialStore {
  const parsed = parseStoreConfig(config);
  return parsed.kind === "age-file"
    ? createAgeFileStore(parsed)
    : createSecretsManagerStore(parsed);
}
