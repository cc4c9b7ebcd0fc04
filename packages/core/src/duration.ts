import { ConnectError } from "./error/connect-error.ts";

/**
 * Parses a time as `op` takes it, e.g. `"90d"`: a whole number above 0 with s, m, h, d or w, and at
 * most ten years, beyond which it is a slip of the pen.
 * @param field Input to name in the error, e.g. `"rotateAfter"`.
 * @param consumer Whom the Connect token is for that has the field, to name it too.
 * @returns Seconds.
 * @throws `TOKEN_EXPIRY_INVALID` if it is anything else, or no time at all.
 * @see https://developer.1password.com/docs/cli/reference/management-commands/connect#connect-token-create
 */
export function parseDurationSeconds(text: string, field = "expiresIn", consumer?: string): number {
  const match = /^(?<count>[1-9]\d{0,8})(?<unit>[smhdw])$/.exec(text)?.groups;
  const unit = secondsOf.get(match?.unit ?? "");
  const seconds = Number(match?.count) * (unit ?? Number.NaN);
  if (seconds <= longestSeconds) return seconds;
  const where = consumer === undefined ? "" : ` in the Connect token "${consumer}"`;
  throw new ConnectError(
    "TOKEN_EXPIRY_INVALID",
    `\`${field}\` is "${text}"${where}.`,
    'Pass a whole number above 0 with s, m, h, d or w, e.g. "90d", and at most ten years.',
  );
}

const longestSeconds = 10 * 366 * 86_400;

const secondsOf = new Map([
  ["s", 1],
  ["m", 60],
  ["h", 3_600],
  ["d", 86_400],
  ["w", 604_800],
]);
