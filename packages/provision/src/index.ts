export type { AdoptedVault } from "./adoption/adopted-vaults.ts";
export type { AdoptionEvidence } from "./adoption/evidence.ts";
export {
  type AdoptedToken,
  type Adoption,
  type AdoptionRequest,
  type AdoptionSystems,
  planAdoption,
} from "./adoption/plan-adoption.ts";
export type { ClusterAccess } from "./cluster/cluster-config.ts";
export {
  type ClusterConnection,
  type ClusterOptions,
  type ClusterSecretContent,
  type ClusterSecretDescription,
  type ClusterSecretKey,
  type ClusterSecretName,
  connectCluster,
  type ItemSync,
} from "./cluster/connect-cluster.ts";
export { withLease } from "./lease/with-lease.ts";
export { type DueRotation, dueRotation, type WantedRotation } from "./minting/due-rotation.ts";
export type { MintedObservation } from "./minting/observe-minted.ts";
export { observeSecret, type SecretObservation } from "./minting/observe-secret.ts";
export type { MintingRecord, MintingRequest, MintingSystems } from "./minting/request.ts";
export { createOpCli, type OpCli } from "./op/op-cli.ts";
export type { OpRunOptions } from "./op/runner.ts";
export { findOrphans, type OrphanReport } from "./orphans/find-orphans.ts";
export type { Orphan, OrphanSearch } from "./orphans/judge-orphans.ts";
export { type RetiredOrphan, retireOrphans } from "./orphans/retire-orphans.ts";
export type { PreflightEnvironment, PreflightSystems } from "./preflight/environment.ts";
export type { PreflightCheck, PreflightResult } from "./preflight/result.ts";
export { runPreflight } from "./preflight/run.ts";
export { deleteServer, type ServerDeletion } from "./server/delete-server.ts";
export { ensureServer } from "./server/ensure-server.ts";
export { observeServer, type WantedServer } from "./server/observe-server.ts";
export { renameServer, type ServerRenaming } from "./server/rename-server.ts";
export type { ServerRecord, ServerRequest } from "./server/server-request.ts";
export { type GrantUpdate, updateServerGrants } from "./server/update-grants.ts";
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
} from "./store/contract/credential-store.ts";
export { adoptedTagKey } from "./store/contract/secret-tags.ts";
export {
  decodeStoreTags,
  encodeStoreTags,
  type StoreTags,
  storeTagKeys,
} from "./store/contract/value-tags.ts";
export { versionIdOf } from "./store/contract/version-id.ts";
export { type StoreConfig, storeKindOf } from "./store/kinds.ts";
export {
  openStore,
  openStoreOfOptions,
  parseStoreConfig,
  type StoreConfigSchema,
  storeConfigSchema,
} from "./store/open-store.ts";
export type { TokenPatience } from "./token/create-token.ts";
export { deleteToken, type TokenDeletion } from "./token/delete-token.ts";
export { ensureToken } from "./token/ensure-token.ts";
export { observeToken, type WantedToken } from "./token/observe-token.ts";
export type { TokenRecord, TokenRequest } from "./token/token-request.ts";
export type { VaultAccessRequest } from "./vault/access/align-roles.ts";
export type { VaultRole } from "./vault/access/role.ts";
export { deleteVault, type VaultDeletion, type VaultFate } from "./vault/delete-vault.ts";
export { editVault, type VaultEditRequest, type VaultLooks } from "./vault/edit-vault.ts";
export {
  ensureVault,
  type VaultRecord,
  type VaultRequest,
  type VaultSystems,
} from "./vault/ensure-vault.ts";
export { observeVault, type VaultObservation, type WantedVault } from "./vault/observe-vault.ts";
