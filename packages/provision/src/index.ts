export type { AdoptionEvidence } from "./adoption/evidence.ts";
export { type AdoptedToken, type Adoption, planAdoption } from "./adoption/plan.ts";
export type { ClusterConnection } from "./cluster/connect.ts";
export { isUnknownItem } from "./cluster/item/complaint.ts";
export type { ItemSync } from "./cluster/item/sync.ts";
export {
  type ActionsSecretName,
  deleteActionsSecret,
  findActionsSecret,
  writeActionsSecret,
} from "./delivery/actions-secret.ts";
export { type ItemParts, readItemParts } from "./delivery/item-parts.ts";
export { openSource } from "./delivery/open-source.ts";
export type { SecretLocation } from "./delivery/source.ts";
export type { MintedDeletion, MintedFate } from "./minting/deletion/delete.ts";
export { followHolder } from "./minting/follow-holder.ts";
export type { MintingNeed } from "./minting/need.ts";
export type { MintedObservation } from "./minting/observe.ts";
export { observeSecret, type SecretObservation } from "./minting/observe-secret.ts";
export { refusalOfRevision } from "./minting/plan.ts";
export type { MintingRecord, MintingSystems } from "./minting/request.ts";
export { createOpCli, type OpCli } from "./op/op-cli.ts";
export type { ClaimBehind } from "./orphans/claim.ts";
export { findOrphans } from "./orphans/find.ts";
export type { Orphan } from "./orphans/judge.ts";
export { type RetiredOrphan, retireOrphans } from "./orphans/retire.ts";
export { retireAnnounced } from "./orphans/retire-announced.ts";
export { checkCluster, checkReach } from "./preflight/check-cluster.ts";
export type { PreflightEnvironment } from "./preflight/environment.ts";
export { type Finding, type PreflightResult, runCheck } from "./preflight/result.ts";
export { runPreflight } from "./preflight/run.ts";
export { judgeExpiry } from "./preflight/token-expiry.ts";
export { deleteServer } from "./server/delete.ts";
export { ensureServer } from "./server/ensure.ts";
export { mintServer } from "./server/mint.ts";
export { serverNeed } from "./server/need.ts";
export { observeServer } from "./server/observe.ts";
export { renameServer } from "./server/rename.ts";
export { updateServerGrants } from "./server/update-grants.ts";
export { findAccountToken, type StoredAccountToken } from "./store/account-token.ts";
export type { CredentialStore } from "./store/contract/credential-store.ts";
export { adoptedTagKey, parseStaticTags } from "./store/contract/secret-tags.ts";
export { encodeStoreTags, type StoreTags } from "./store/contract/value-tags.ts";
export { deleteHeldSecret, ensureHeldSecret, type HeldSecret } from "./store/held-secret.ts";
export { type StoreConfig, storeKindOf } from "./store/kinds.ts";
export {
  openStore,
  openStoreOfOptions,
  parseStoreConfig,
  type StoreConfigSchema,
  storeConfigSchema,
} from "./store/open-store.ts";
export { deleteToken } from "./token/delete.ts";
export { ensureToken } from "./token/ensure.ts";
export { mintToken } from "./token/mint.ts";
export { tokenNeed } from "./token/need.ts";
export { observeToken } from "./token/observe.ts";
export type { TokenRecord } from "./token/request.ts";
export { retireLeaving } from "./token/retire-leaving.ts";
export { deleteVault } from "./vault/delete.ts";
export { editVault } from "./vault/edit.ts";
export { ensureVault } from "./vault/ensure.ts";
export { vaultNeed } from "./vault/need.ts";
export { observeVault } from "./vault/observe.ts";
