import "./node-version.ts";

export type { AccountPlan, VaultAccess } from "@opconnect/core";
export {
  type ConventionTemplates,
  doubleHyphenTemplates,
} from "@opconnect/core/convention-templates";
export type { DefaultStoreConfig, StoreConfig } from "@opconnect/provision/store-kinds";
export { ItemAccessPolicy, type ItemAccessPolicyArgs } from "./access/item-access-policy.ts";
export type { ItemAccessRule } from "./access/rules.ts";
export type {
  ConnectArgs,
  OperatorArgs,
} from "./components/chart-values.ts";
export type { ChartArgs } from "./components/check-chart.ts";
export type { InstallationPlace } from "./components/cluster-guard.ts";
export {
  ConnectDeployment,
  type ConnectDeploymentArgs,
  type InstallationArgs,
  type OperatorAccount,
  type StoredValue,
} from "./components/connect-deployment.ts";
export type { ConventionArgs } from "./components/convention-args.ts";
export { CredentialStore, type CredentialStoreArgs } from "./components/credential-store.ts";
export type { ConsumerPods } from "./components/hardening/consumer-pods.ts";
export type { ImagesArgs } from "./components/hardening/images.ts";
export type { LimitedConnections } from "./components/hardening/network-policies.ts";
export type { PodsArgs, Toleration } from "./components/hardening/placement.ts";
export type { ContainerResources } from "./components/hardening/resources.ts";
export type { TlsArgs } from "./components/hardening/tls.ts";
export {
  type ItemNaming,
  OnePasswordItem,
  type OnePasswordItemArgs,
} from "./components/onepassword-item.ts";
export { autoRestart } from "./components/operator/auto-restart.ts";
export type { ChartValues } from "./components/values-schema.ts";
export { type VaultOptions, Vaults, type VaultsArgs } from "./components/vaults.ts";
export type { ConnectEnvironmentArgs } from "./environment/args.ts";
export { ConnectEnvironment } from "./environment/connect-environment.ts";
export type { EnvironmentItem } from "./environment/item.ts";
export type { EnvironmentAccessRule, EnvironmentItemAccess } from "./environment/item-access.ts";
export {
  ServiceAccountEnvironment,
  type ServiceAccountEnvironmentArgs,
  type ServiceAccountVault,
} from "./environment/service-account-environment.ts";
export type { EnvironmentToken } from "./environment/token.ts";
export type {
  ExternalSecretsStoreArgs,
  OnePasswordProvider,
  OnePasswordSdkProvider,
} from "./external-secrets/args.ts";
export {
  ExternalSecretsStore,
  type SecretStoreRef,
} from "./external-secrets/external-secrets-store.ts";
export type { GitOpsArgs, GitOpsSecretStore, GitOpsSource } from "./gitops/args.ts";
export type { Plain } from "./input/deferred.ts";
export type { Keyed } from "./input/keyed.ts";
export type { NamespaceOwner } from "./provider/cluster/check-namespace.ts";
export { ClusterSecret, type ClusterSecretArgs } from "./resources/cluster-secret.ts";
export { type ClusterArgs, ClusterTarget } from "./resources/cluster-target.ts";
export { ConnectServer, type ConnectServerArgs } from "./resources/connect-server.ts";
export { ConnectToken, type ConnectTokenArgs } from "./resources/connect-token.ts";
export { CredentialSecret, type CredentialSecretArgs } from "./resources/credential-secret.ts";
export {
  DeliveredSecret,
  type DeliveredSecretArgs,
  type DeliveryTargets,
  type GitHubActionsTarget,
  type KubernetesSecretTarget,
  type SecretsManagerTarget,
  type SopsSecret,
} from "./resources/delivered-secret.ts";
export type { MintedArgs, VaultGrant } from "./resources/minted-args.ts";
export {
  ServiceAccountToken,
  type ServiceAccountTokenArgs,
} from "./resources/service-account-token.ts";
export type { StoreArgs, StoreOption } from "./resources/store-args.ts";
export { Vault, type VaultArgs, type VaultRole } from "./resources/vault.ts";
