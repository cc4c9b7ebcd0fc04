import { isConnectError } from "@opconnect/core";
import type { StackAccountToken } from "@opconnect/fleet";
import { type CredentialStore, findAccountToken, runCheck } from "@opconnect/provision";
import { type CheckResult, failed } from "./check-result.ts";

interface CheckedAccountToken {
  readonly result: CheckResult;
  /** SHA-256 of what the store has, as far as it was not read: empty where that is another token. */
  readonly fingerprint: string | undefined;
}

/**
 * Checks whether the credential store still holds the token of a service account that was deployed.
 * An admin puts it there, so no tag tells when it expires: the operator's log does.
 */
export async function checkAccountToken(
  { secret, versionId, fingerprint, store: config }: StackAccountToken,
  open: () => CredentialStore,
): Promise<CheckedAccountToken> {
  let stored: string | undefined;
  const result = await runCheck({ check: "account-token", subject: secret }, async () => {
    try {
      stored = (await findAccountToken(config, secret, open())).versionId;
    } catch (error) {
      // That it is not there was seen.
      const isSeen = isConnectError(error) && error.code === "STORE_NOT_FOUND";
      if (isSeen) return failed(error.happened, error.remedy);
      throw error;
    }
    if (stored === versionId) {
      return { status: "ok", happened: "It is stored, in the version that was deployed." };
    }
    return failed(
      "The credential store holds another token by now, which the cluster did not get.",
      "Run `pulumi up`: the operator starts with it.",
    );
  });
  if (stored === undefined) return { result, fingerprint: undefined };
  return { result, fingerprint: stored === versionId ? fingerprint : "" };
}
