import { passedProcessEnv } from "@opconnect/core/op-process-env";

/**
 * The environment that `op` gets for minting: what {@link passedProcessEnv} passes on.
 *
 * Left out on purpose: OP_CONNECT_HOST, OP_CONNECT_TOKEN and OP_SERVICE_ACCOUNT_TOKEN, each of
 * which would silently make `op` act as an identity that cannot mint.
 * @param further Names of more variables, for what others than a person may do.
 */
export function opProcessEnv(
  ambient: NodeJS.ProcessEnv,
  further: readonly string[] = [],
): Record<string, string> {
  // A warm cache answers even while 1Password is locked, with what was true some time ago.
  return { ...passedProcessEnv(ambient, further), OP_CACHE: "false" };
}

/** Whether `op` could act as a service account or through Connect if we let it. */
export function hasUnattendedIdentity(ambient: NodeJS.ProcessEnv): boolean {
  return Boolean(ambient.OP_SERVICE_ACCOUNT_TOKEN ?? ambient.OP_CONNECT_TOKEN);
}
