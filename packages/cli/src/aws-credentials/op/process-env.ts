import { passedProcessEnv } from "@opconnect/core/op-process-env";

/**
 * The process environment that `op` gets for reading and writing an item: nothing of AWS, and nothing of
 * Connect, which can write no items and would win over everything else.
 * @see https://developer.1password.com/docs/cli/environment-variables
 */
export function opProcessEnv(ambient: NodeJS.ProcessEnv): Record<string, string> {
  const passed = passedProcessEnv(ambient, furtherNames);
  if (ambient.WSL_DISTRO_NAME) passed.WSLENV = forwardedFromWsl(ambient.WSLENV);
  return passed;
}

/** A Windows program started from WSL sees only the variables that WSLENV names. */
function forwardedFromWsl(existing: string | undefined): string {
  const names = "OP_SERVICE_ACCOUNT_TOKEN:OP_ACCOUNT:OP_CACHE";
  return existing ? `${existing}:${names}` : names;
}

/** Any identity that may read the item will do, and a terminal is asked in its own language. */
const furtherNames = [
  "OP_SERVICE_ACCOUNT_TOKEN",
  "OP_CACHE",
  "SHELL",
  "TERM",
  "LANG",
  "WSL_DISTRO_NAME",
  "WSL_INTEROP",
  "PROGRAMFILES",
];
