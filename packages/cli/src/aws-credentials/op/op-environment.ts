import { passedEnvironment } from "@opconnect/core/op-environment";

/**
 * The environment that `op` gets for reading and writing an item: nothing of AWS, and nothing of
 * Connect, which can write no items and would win over everything else.
 * @param fresh Whether `op` is to ask 1Password instead of its own cache.
 * @see https://developer.1password.com/docs/cli/environment-variables
 */
export function opEnvironment(ambient: NodeJS.ProcessEnv, fresh: boolean): Record<string, string> {
  const passed = passedEnvironment(ambient, furtherNames);
  if (ambient.WSL_DISTRO_NAME) passed.WSLENV = forwardedFromWsl(ambient.WSLENV);
  return fresh ? { ...passed, OP_CACHE: "false" } : passed;
}

/** A Windows program started from WSL sees only the variables that WSLENV names. */
function forwardedFromWsl(existing: string | undefined): string {
  const names = ["OP_SERVICE_ACCOUNT_TOKEN", "OP_ACCOUNT", "OP_CACHE"];
  return [...(existing ? [existing] : []), ...names].join(":");
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
