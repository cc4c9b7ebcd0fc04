import { type ConnectErrorCode, isConnectError } from "@opconnect/core";

/**
 * Whether `op` said no to what it was asked, in whatever words: most of its texts are nobody's
 * recording. What it means is then judged by how things are. Not a refusal is that `op` could not
 * ask 1Password, or gave no answer that counts.
 */
export function isRefused(error: unknown): boolean {
  if (!isConnectError(error) || !/^(OP_|ARGUMENT_INVALID$)/.test(error.code)) return false;
  return !unasked.has(error.code);
}

const unasked = new Set<ConnectErrorCode>([
  "OP_NOT_INSTALLED",
  "OP_NOT_SIGNED_IN",
  "OP_NETWORK_BLOCKED",
  "OP_RATE_LIMITED",
  "OP_TIMED_OUT",
  "OP_OUTPUT_UNEXPECTED",
  "OP_UNAVAILABLE",
]);

/** What comes of work with `op`; nothing where `op` refuses it. */
export async function unlessRefused<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isRefused(error)) return undefined;
    throw error;
  }
}
