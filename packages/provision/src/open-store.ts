import { createAgeFileStore } from "./age-file.ts";
import type { CredentialStore } from "./credential-store.ts";
import { createSecretsManagerStore } from "./secrets-manager.ts";
import { parseStoreConfig, type StoreConfig } from "./store-config.ts";

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
