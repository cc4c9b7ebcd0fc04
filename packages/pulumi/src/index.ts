export {
  type ConventionTemplates,
  doubleHyphenTemplates,
} from "@opconnect/core/convention-templates";
export type {
  ChartValues,
  ConnectArgs,
  ContainerResources,
  OperatorArgs,
} from "./chart-values.ts";
export { ClusterSecret, type ClusterSecretArgs } from "./cluster-secret.ts";
export { type ClusterArgs, ClusterTarget } from "./cluster-target.ts";
export {
  type ChartArgs,
  ConnectDeployment,
  type ConnectDeploymentArgs,
  type StoredValue,
} from "./connect-deployment.ts";
export {
  ConnectEnvironment,
  type ConnectEnvironmentArgs,
  type EnvironmentVault,
} from "./connect-environment.ts";
export { ConnectServer, type ConnectServerArgs, type VaultGrant } from "./connect-server.ts";
export { ConnectToken, type ConnectTokenArgs } from "./connect-token.ts";
export { CredentialSecret, type CredentialSecretArgs } from "./credential-secret.ts";
export { CredentialStore, type CredentialStoreArgs } from "./credential-store.ts";
export type { EnvironmentItem } from "./environment-item.ts";
export type { EnvironmentToken } from "./environment-token.ts";
export { OnePasswordItem, type OnePasswordItemArgs } from "./onepassword-item.ts";
export { OperatorSync, type OperatorSyncArgs, type SyncedItem } from "./operator-sync.ts";
export type { AgeFileArgs, SecretsManagerArgs, StoreArgs } from "./store-args.ts";
export { Vault, type VaultArgs, type VaultRole, type VaultSettings } from "./vault.ts";
export { type VaultOptions, Vaults, type VaultsArgs } from "./vaults.ts";
