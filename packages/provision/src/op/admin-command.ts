import { ConnectError, type ConnectErrorCode, isConnectError } from "@opconnect/core";

/** Work that needs a person who can mint. */
export interface AdminTask {
  /** What an admin who can mint has to run, e.g. `"pulumi up --stack acme-prod"`. */
  readonly adminCommand: string;
}

/**
 * Runs `work`, which needs a person who can mint. Where there is none here, the error says which
 * command an admin runs.
 */
export async function withAdminCommand<T>(
  adminCommand: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isConnectError(error) || !needsAnAdmin.has(error.code)) throw error;
    throw new ConnectError(
      error.code,
      error.happened,
      `Somebody who may create Connect servers runs \`${adminCommand}\`, signed in to \`op\`; afterwards this works without it. To do it from here: ${error.remedy}`,
    );
  }
}

const needsAnAdmin = new Set<ConnectErrorCode>([
  "OP_NOT_INSTALLED",
  "OP_NOT_SIGNED_IN",
  "OP_CANNOT_MINT",
  "OP_NETWORK_BLOCKED",
  "OP_VAULT_ACCESS",
  "OP_UNAVAILABLE",
  // What `op` says to who may not mint is not public.
  "OP_FAILED",
]);
