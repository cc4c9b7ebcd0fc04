export {
  type ClusterConnection,
  type ClusterOptions,
  type ClusterSecretContent,
  type ClusterSecretDescription,
  type ClusterSecretKey,
  type ClusterSecretName,
  connectCluster,
  type ItemSync,
} from "./cluster.ts";
export type { ClusterAccess } from "./cluster-config.ts";
export {
  deleteServer,
  ensureServer,
  type ServerDeletion,
  type ServerRecord,
  type ServerRequest,
} from "./connect-server.ts";
export { type GrantUpdate, updateServerGrants } from "./connect-server-grants.ts";
export {
  deleteToken,
  ensureToken,
  type TokenDeletion,
  type TokenPatience,
  type TokenRecord,
  type TokenRequest,
} from "./connect-token.ts";
export type {
  CredentialStore,
  CredentialToStore,
  EnsuredSecret,
  ListedSecret,
  SecretDescription,
  SecretToEnsure,
  StoredCredential,
  StoredLease,
  StoredVersion,
} from "./credential-store.ts";
export { parseDurationSeconds } from "./duration.ts";
export type { MintingSystems } from "./minting.ts";
export {
  type CreatedServer,
  createOpCli,
  type NewServer,
  type NewToken,
  type NewVault,
  type OpCli,
  type OpServer,
  type OpToken,
  type OpVault,
  type ServerVault,
  type VaultEdit,
  type VaultFilter,
} from "./op-cli.ts";
export type { OpAccount, OpIdentity, OpPerson } from "./op-identity.ts";
export type { OpRunOptions } from "./op-run.ts";
export type {
  OpVaultAccess,
  OpVaultHolder,
  VaultAccessChange,
  VaultHolder,
} from "./op-vault-access.ts";
export { openStore } from "./open-store.ts";
export {
  findOrphans,
  type Orphan,
  type OrphanReport,
  type OrphanSearch,
} from "./orphans.ts";
export { type RetiredOrphan, retireOrphans } from "./orphans-retirement.ts";
export {
  type PreflightCheck,
  type PreflightEnvironment,
  type PreflightResult,
  type PreflightSecret,
  type PreflightSystems,
  type PreflightVault,
  runPreflight,
} from "./preflight.ts";
export { createSecretsManagerStore, type SecretsManagerOptions } from "./secrets-manager.ts";
export {
  type AgeFileConfig,
  parseStoreConfig,
  type SecretsManagerConfig,
  type StoreConfig,
  storeConfigSchema,
} from "./store-config.ts";
export { adoptedTagKey, storeTagKeys } from "./store-tag-keys.ts";
export { decodeStoreTags, encodeStoreTags, type StoreTags } from "./store-tags.ts";
export { ensureVault, type VaultRecord, type VaultRequest, type VaultSystems } from "./vault.ts";
export { deleteVault, type VaultDeletion, type VaultFate } from "./vault-deletion.ts";
export { editVault, type VaultEditRequest, type VaultLooks } from "./vault-edit.ts";
export type { VaultGrant } from "./vault-grant.ts";
export type { VaultAccessRequest } from "./vault-holders.ts";
export {
  observeVault,
  type VaultExpectation,
  type VaultObservation,
} from "./vault-observation.ts";
export type { VaultRole } from "./vault-role.ts";
export { versionIdOf } from "./version-id.ts";
