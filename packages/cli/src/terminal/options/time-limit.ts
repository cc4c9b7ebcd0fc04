import { ConnectError } from "@opconnect/core";

/**
 * Reads how long one stack may take, in milliseconds.
 * @throws `ARGUMENT_INVALID` if it is no such time.
 */
export function parseTimeLimit(text: string): number {
  const [, count = "", unit = ""] = /^([1-9]\d{0,4})([smh])$/.exec(text) ?? [];
  const limit = Number(count) * ({ s: 1, m: 60, h: 3600 }[unit] ?? 0) * 1000;
  if (limit > 0 && limit <= 86_400_000) return limit;
  throw new ConnectError(
    "ARGUMENT_INVALID",
    `\`--timeout\` is ${JSON.stringify(text)}.`,
    'Pass a time such as "90s" or "10m", at most "24h".',
  );
}
