/**
 * The environment that `op` gets: what it needs to find its settings, its session, the desktop app
 * and the network, and the token of a service account. Nothing of AWS, and nothing of Connect,
 * which can write no items and would win over everything else.
 * @param fresh Whether `op` is to ask 1Password instead of its own cache.
 * @see https://developer.1password.com/docs/cli/environment-variables
 */
export function opEnvironment(ambient: NodeJS.ProcessEnv, fresh: boolean): Record<string, string> {
  const passed: Record<string, string> = {};
  for (const [name, value] of Object.entries(ambient)) {
    if (value !== undefined && isPassed(name.toUpperCase())) passed[name] = value;
  }
  if (ambient.WSL_DISTRO_NAME) passed.WSLENV = forwardedFromWsl(ambient.WSLENV);
  return fresh ? { ...passed, OP_CACHE: "false" } : passed;
}

/** A Windows program started from WSL sees only the variables that WSLENV names. */
function forwardedFromWsl(existing: string | undefined): string {
  const names = ["OP_SERVICE_ACCOUNT_TOKEN", "OP_ACCOUNT", "OP_CACHE"];
  return [...(existing ? [existing] : []), ...names].join(":");
}

function isPassed(name: string): boolean {
  return passedNames.has(name) || passedPrefixes.some((prefix) => name.startsWith(prefix));
}

const passedNames = new Set([
  "PATH",
  "HOME",
  "USER",
  "LOGNAME",
  "SHELL",
  "TERM",
  "TMPDIR",
  "TEMP",
  "TMP",
  "TZ",
  "LANG",
  "OP_ACCOUNT",
  "OP_SESSION",
  "OP_SERVICE_ACCOUNT_TOKEN",
  "OP_BIOMETRIC_UNLOCK_ENABLED",
  "OP_CACHE",
  "OP_CONFIG_DIR",
  "OP_DEVICE",
  "OP_LOAD_DESKTOP_APP_SETTINGS",
  // The desktop app is reached over the session bus and shows a window.
  "DBUS_SESSION_BUS_ADDRESS",
  "DISPLAY",
  "WAYLAND_DISPLAY",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "NO_PROXY",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "WSL_DISTRO_NAME",
  "WSL_INTEROP",
  // Windows finds its folders and its libraries by these.
  "APPDATA",
  "LOCALAPPDATA",
  "PROGRAMDATA",
  "PROGRAMFILES",
  "USERPROFILE",
  "SYSTEMROOT",
  "SYSTEMDRIVE",
  "WINDIR",
  "COMSPEC",
  "PATHEXT",
]);

const passedPrefixes = ["XDG_", "OP_SESSION_", "OPCONNECT_SANDBOX_"];
