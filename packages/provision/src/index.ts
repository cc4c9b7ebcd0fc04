export {
  type AdoptedToken,
  type AdoptedVault,
  type Adoption,
  type AdoptionRequest,
  type AdoptionSystems,
  planAdoption,
} from "./adoption.ts";
export type { AdoptionEvidence } from "./adoption-evidence.ts";
export { createAgeFileStore } from "./age-file.ts";
export { claimStored } from "./claim.ts";
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
export { ensureServer } from "./connect-server.ts";
export { deleteServer, type ServerDeletion } from "./connect-server-deletion.ts";
export { type GrantUpdate, updateServerGrants } from "./connect-server-grants.ts";
export { renameServer, type ServerRenaming } from "./connect-server-rename.ts";
export type { ServerRecord, ServerRequest } from "./connect-server-request.ts";
export { ensureToken } from "./connect-token.ts";
export { deleteToken, type TokenDeletion } from "./connect-token-deletion.ts";
export type { TokenPatience } from "./connect-token-mint.ts";
export type { TokenRecord, TokenRequest } from "./connect-token-request.ts";
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
export { type Lease, type LeaseOptions, type LeaseStore, withLease } from "./lease.ts";
export type { MintingSystems } from "./minting.ts";
export { type ObservedServer, observeServer, type WatchedServer } from "./observe-server.ts";
export { type ObservedToken, observeToken, type WatchedToken } from "./observe-token.ts";
export type { ObservedSecret } from "./observed-secret.ts";
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
export { type DueRotation, dueRotation, type WantedRotation } from "./rotation-due.ts";
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
export { checkToken, type DeclaredToken } from "./token-rules.ts";
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
