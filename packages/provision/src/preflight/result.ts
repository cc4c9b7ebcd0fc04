import { type ConnectErrorCode, isConnectError } from "@opconnect/core";

/** What a preflight looks at, in the order in which it reports. */
export type PreflightCheck =
  /** Is there an `op`, and is it new enough? */
  | "op-version"
  /** Is a person signed in to it? */
  | "op-sign-in"
  /** Is it the environment's account? */
  | "op-account"
  /** May this person create Connect servers? */
  | "minting-right"
  /** Has this person full access to the vault? One result for each vault. */
  | "vault-access"
  /** Does the credential store take a write? One result for each secret. */
  | "store-write"
  /** Does the cluster answer? */
  | "cluster"
  /** May the kubeconfig's user create there what an environment is made of? */
  | "cluster-permission"
  /** Does the Connect token still live long enough? One result for each token. */
  | "token-expiry";

/** What one check found. */
export interface PreflightResult<Check extends string = PreflightCheck> {
  readonly check: Check;
  /** What was looked at where a check has several results: title of a vault, name of a secret. */
  readonly subject?: string;
  /** `"warning"` is no reason to stop; `"skipped"` means that it was not looked at, and why. */
  readonly status: "ok" | "warning" | "failed" | "skipped";
  /** What was found, as whole sentences. */
  readonly happened: string;
  /** What to do about it, as whole sentences; none where there is nothing to do. */
  readonly remedy?: string;
  /** Code of the error that the next change would end with. */
  readonly code?: ConnectErrorCode;
}

/** A result without the name of its check. */
export type Finding = Omit<PreflightResult, "check" | "subject">;

/** Runs one check, and reports what it throws as its result. */
export async function runCheck<Check extends string>(
  name: Pick<PreflightResult<Check>, "check" | "subject">,
  work: () => Finding | Promise<Finding>,
): Promise<PreflightResult<Check>> {
  try {
    return { ...name, ...(await work()) };
  } catch (error) {
    if (!isConnectError(error)) throw error;
    const { code, happened, remedy } = error;
    return { ...name, status: "failed", happened, remedy, code };
  }
}

export function ok(happened: string): Finding {
  return { status: "ok", happened };
}

export function skipped(check: PreflightCheck, because: string): PreflightResult {
  return { check, status: "skipped", happened: because };
}

/** Why a check that needs another one was not run. */
export function skippedAfter(check: PreflightCheck, failed: PreflightResult): PreflightResult {
  return skipped(check, `Not looked at, because the check ${failed.check} failed.`);
}
