import { ConnectError } from "@opconnect/core";
import type { LeaseText } from "./text.ts";

/** The error of a run that does not get the lease. */
export function busy(secretId: string, holder: LeaseText | undefined): ConnectError {
  const who = holder === undefined ? "Another run" : nameOf(holder);
  return new ConnectError(
    "STORE_BUSY",
    `${who} ${doing(secretId)}.`,
    "Wait until that run has ended, then run again. If it died on another machine, a run that waits takes its place after five minutes without a sign of life.",
  );
}

export function nameOf({ pid, host }: LeaseText): string {
  return `process ${pid} on ${host}`;
}

export function doing(secretId: string): string {
  return `is minting for the secret ${secretId}`;
}
