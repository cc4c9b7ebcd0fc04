export type { AdoptionEvidence } from "./adoption/evidence.ts";
export { type AdoptedToken, type Adoption, planAdoption } from "./adoption/plan-adoption.ts";
export type { ClusterConnection, ItemSync } from "./cluster/connect-cluster.ts";
export type { MintedObservation } from "./minting/observe-minted.ts";
export { observeSecret, type SecretObservation } from "./minting/observe-secret.ts";
export type { MintingRecord, MintingSystems } from "./minting/request.ts";
export { createOpCli, type OpCli } from "./op/op-cli.ts";
export { findOrphans } from "./orphans/find-orphans.ts";
export type { Orphan } from "./orphans/judge-orphans.ts";
export { type RetiredOrphan, retireOrphans } from "./orphans/retire-orphans.ts";
export type { PreflightEnvironment } from "./preflight/environment.ts";
export type { PreflightResult } from "./preflight/result.ts";
export { runPreflight } from "./preflight/run.ts";
export { deleteServer } from "./server/delete-server.ts";
export { ensureServer } from "./server/ensure-server.ts";
export { observeServer } from "./server/observe-server.ts";
export { renameServer } from "./server/rename-server.ts";
export { updateServerGrants } from "./server/update-grants.ts";
export type { CredentialStore } from "./store/contract/credential-store.ts";
export { encodeStoreTags, type StoreTags } from "./store/contract/value-tags.ts";
export { type StoreConfig, storeKindOf } from "./store/kinds.ts";
export {
  openStore,
  openStoreOfOptions,
  parseStoreConfig,
  type StoreConfigSchema,
  storeConfigSchema,
} from "./store/open-store.ts";
export { deleteToken } from "./token/delete-token.ts";
export { ensureToken } from "./token/ensure-token.ts";
export { observeToken } from "./token/observe-token.ts";
export type { TokenRecord } from "./token/token-request.ts";
export { deleteVault } from "./vault/delete-vault.ts";
export { editVault } from "./vault/edit-vault.ts";
export { ensureVault } from "./vault/ensure-vault.ts";
export { observeVault } from "./vault/observe-vault.ts";
