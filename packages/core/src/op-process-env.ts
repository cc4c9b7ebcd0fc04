/**
 * What any `op` gets of an environment: what it needs to find its settings, its session, the desktop
 * app and the network; and in CI, that there is no desktop app to ask.
 * @param further Names of more variables, in capitals.
 * @see https://developer.1password.com/docs/cli/environment-variables
 */
export function passedProcessEnv(
  ambient: Readonly<Record<string, string | undefined>>,
  further: readonly string[] = [],
): Record<string, string> {
  const passed = Object.entries(ambient).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && isPassed(entry[0], further),
  );
  return { ...(ambient.CI ? unattended : {}), ...Object.fromEntries(passed) };
}

/** In CI no person is there to confirm what a desktop app asks. */
const unattended = {
  OP_BIOMETRIC_UNLOCK_ENABLED: "false",
  OP_LOAD_DESKTOP_APP_SETTINGS: "false",
} as const;

function isPassed(name: string, further: readonly string[]): boolean {
  const upper = name.toUpperCase();
  return (
    passedNames.has(upper) ||
    further.includes(upper) ||
    passedPrefixes.some((prefix) => upper.startsWith(prefix))
  );
}

const passedNames = new Set([
  "PATH",
  "HOME",
  "USER",
  "LOGNAME",
  "TMPDIR",
  "TEMP",
  "TMP",
  "TZ",
  "OP_ACCOUNT",
  "OP_SESSION",
  "OP_BIOMETRIC_UNLOCK_ENABLED",
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
  // Windows finds its folders and its libraries by these.
  "APPDATA",
  "LOCALAPPDATA",
  "PROGRAMDATA",
  "USERPROFILE",
  "SYSTEMROOT",
  "SYSTEMDRIVE",
  "WINDIR",
  "COMSPEC",
  "PATHEXT",
]);

const passedPrefixes = ["XDG_", "OP_SESSION_", "OPCONNECT_SANDBOX_"];
