import { isConnectError } from "@opconnect/core/connect-error";
import { parseDurationSeconds } from "@opconnect/core/duration";
import type { Settings } from "../../rule/rule.ts";

/** Seconds of a time such as `"90d"`; nothing if it is none, which the resource itself refuses. */
export function secondsOf(text: string): number | undefined {
  try {
    return parseDurationSeconds(text);
  } catch (error) {
    if (isConnectError(error)) return undefined;
    throw error;
  }
}

/** A time that the settings say, or else the default. */
export function settingSeconds(settings: Settings, name: string, otherwise: string): number {
  const said = settings[name];
  const seconds = secondsOf(typeof said === "string" ? said : otherwise);
  if (seconds === undefined) throw new Error(`The setting \`${name}\` is no time such as "90d".`);
  return seconds;
}

/** JSON schema of a time. */
export function durationSetting(description: string) {
  return { type: "string", pattern: "^[1-9][0-9]{0,8}[smhdw]$", description } as const;
}
