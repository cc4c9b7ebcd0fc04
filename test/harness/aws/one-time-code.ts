import { totp } from "../../../packages/sandbox/src/account/totp.ts";

const periodMs = 30_000;

/** Whether a code is that of now or, as clocks differ, of the period before or after. */
export function isCurrentCode(secret: string, code: string | undefined): boolean {
  const times = [-periodMs, 0, periodMs].map((offset) => new Date(Date.now() + offset));
  return times.some((time) => totp(secret, time) === code);
}
