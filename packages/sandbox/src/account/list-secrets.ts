import { openAccountFile } from "./account-file.ts";

/**
 * Every secret string that the account ever produced: key material of credentials files, Connect
 * tokens and the bearer secrets in them, service-account tokens, concealed values of items. For scans
 * that prove none of them lies elsewhere; the home folder itself holds them all. Always secret.
 */
export async function listSecrets(home: string): Promise<readonly string[]> {
  const { secrets } = await openAccountFile(home).read();
  return secrets;
}
