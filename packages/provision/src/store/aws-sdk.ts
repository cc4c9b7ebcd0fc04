/**
 * What we use of the AWS SDK. `bundle.ts` puts it into this file's place, with its types, so that
 * nobody installs the rest of it.
 */
export { SecretsManager } from "@aws-sdk/client-secrets-manager";
export { STS } from "@aws-sdk/client-sts";
export { fromIni, fromTemporaryCredentials } from "@aws-sdk/credential-providers";
