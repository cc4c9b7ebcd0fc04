import type { CredentialStore } from "@opconnect/provision";

/** Has a command run as on another machine, which is known by its host name. */
export function onOtherMachine(command: readonly string[]): readonly [string, ...string[]] {
  const script = 'hostname other-machine && exec "$@"';
  return ["unshare", "--map-root-user", "--uts", "sh", "-c", script, "sh", ...command];
}

/**
 * Lets the leases of a machine that says no more run out at once. Only the time can end them: whether
 * a process of another machine has ended, no run can tell.
 */
export async function runOutLeases(
  store: CredentialStore,
  secretIds: readonly string[],
): Promise<void> {
  for (const secretId of secretIds) {
    const { sequence, text } = await store.readLease(secretId);
    if (text === undefined) continue;
    const ended = JSON.stringify({ ...JSON.parse(text), state: "free" });
    await store.writeLease(secretId, sequence + 1, ended);
  }
}
