export {
  type ChartFacts,
  chartFacts,
  latestChartVersion,
  supportedChartVersions,
} from "./chart-facts.ts";
export { ConnectError, isConnectError } from "./connect-error.ts";
export { type ConnectErrorCode, connectErrorCodes } from "./connect-error-code.ts";
export {
  type ConnectTokenClaims,
  type ConnectTokenVault,
  decodeConnectToken,
} from "./connect-token.ts";
export { type Convention, createConvention, type ParsedName } from "./convention.ts";
export {
  type ConventionTemplates,
  defaultTemplates,
  doubleHyphenTemplates,
  type NameKind,
  type PurposeKind,
} from "./convention-templates.ts";
export { encodeCredentialsFile } from "./credentials-encoding.ts";
export { type CredentialsFile, parseCredentialsFile } from "./credentials-file.ts";
export type { EnvironmentId, EnvironmentNames } from "./environment-names.ts";
export { fingerprint } from "./fingerprint.ts";
export { type ItemReference, itemPath, itemPathFrom, parseItemPath } from "./item-path.ts";
export { isOnePasswordId, isSameOnePasswordId } from "./op-id.ts";
export { parseShareLink, type ShareLink } from "./share-link.ts";
export { type ExpectedToken, tokenMismatches } from "./token-mismatches.ts";
export { parseVaultAcl, type VaultAccess, vaultAcl } from "./vault-access.ts";
