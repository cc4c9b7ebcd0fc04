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
export { CredentialStore, type CredentialStoreArgs, type StoreArgs } from "./credential-store.ts";
export type { EnvironmentItem } from "./environment-item.ts";
export { OnePasswordItem, type OnePasswordItemArgs } from "./onepassword-item.ts";
export { Vault, type VaultArgs } from "./vault.ts";
export { type VaultOptions, Vaults, type VaultsArgs } from "./vaults.ts";
