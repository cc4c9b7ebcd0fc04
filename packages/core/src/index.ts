export { chartFacts, watchVariable } from "./chart/facts.ts";
export {
  type ChartFacts,
  latestChartVersion,
  supportedChartVersions,
} from "./chart/known-charts.ts";
export {
  type ConnectTokenClaims,
  type ConnectTokenVault,
  decodeConnectToken,
} from "./connect/connect-token.ts";
export { type CredentialsFile, parseCredentialsFile } from "./connect/credentials-file.ts";
export {
  type AccountPlan,
  type OperatorLoad,
  type OperatorReads,
  operatorReads,
  type RateLimits,
  rateLimits,
} from "./connect/rate-limits.ts";
export { checkServiceAccountToken } from "./connect/service-account-token.ts";
export { type ExpectedToken, tokenMismatches } from "./connect/token-mismatches.ts";
export { checkToken, type DeclaredToken } from "./connect/token-rules.ts";
export type { VaultAccess } from "./connect/vault-access.ts";
export {
  checkVaultIds,
  type GrantChanges,
  isSameGrants,
  planGrants,
  type VaultGrant,
} from "./connect/vault-grant.ts";
export { type Convention, createConvention, type ParsedName } from "./convention/convention.ts";
export type { EnvironmentId, EnvironmentNames } from "./convention/environment-names.ts";
export type { NameKind, PurposeKind } from "./convention/kinds.ts";
export {
  type ConventionTemplates,
  defaultTemplates,
  doubleHyphenTemplates,
} from "./convention/templates.ts";
export { defined } from "./defined.ts";
export { parseDurationSeconds } from "./duration.ts";
export { type ConnectErrorCode, connectErrorCodes } from "./error/code.ts";
export {
  ConnectError,
  type Failure,
  failureOf,
  failureText,
  isConnectError,
} from "./error/connect-error.ts";
export { hasCode, unlessCode } from "./error/has-code.ts";
export { redacted } from "./error/redacted.ts";
export { withoutSecrets } from "./error/without-secrets.ts";
export { fingerprint } from "./fingerprint.ts";
export {
  type Hold,
  type HoldJudgement,
  holderId,
  holderTags,
  isHolderKey,
  isOnlyHolder,
  judgeHold,
  keptHolderTags,
  noClaim,
  ownTag,
  releasedTag,
  sharedHolderTags,
  soleHolderTags,
  withoutHolders,
} from "./holders.ts";
export { type ItemReference, itemPath, itemPathFrom, parseItemPath } from "./item/item-path.ts";
export { isOnePasswordId, isSameOnePasswordId } from "./item/op-id.ts";
export { isSecretKey, secretKey } from "./item/secret-key.ts";
export {
  type ItemPart,
  type PredictedPart,
  type PredictedSecret,
  secretKeys,
} from "./item/secret-keys.ts";
export { parseSecretReference, type SecretReference } from "./item/secret-reference.ts";
export { parseShareLink, type ShareLink } from "./item/share-link.ts";
export { isRecord, parseJson } from "./json.ts";
export { kubeconfigContent } from "./kubeconfig.ts";
export { encodeTagName } from "./tag-name.ts";
