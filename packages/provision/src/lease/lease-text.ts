import { z } from "zod";
import { type RunningProcess, thisProcess } from "../process/running-process.ts";

/** What a store keeps of a lease. Nothing of it is secret. */
export interface LeaseText extends RunningProcess {
  /** One for each time that a lease is taken. */
  readonly nonce: string;
  /** Until when it counts; long ago if it was given back. */
  readonly until: Date;
}

/** The lease of this process as JSON. */
export function renderLease(nonce: string, until: Date): string {
  const { host, table, pid, started } = thisProcess();
  // The first member is the mark by which stores tell a lease from a value.
  return JSON.stringify({ opconnect: "lease", host, table, pid, started, nonce, until });
}

/** Reads a lease; `undefined` if there is none, or it is not understood and so binds nobody. */
export function parseLease(text: string | undefined): LeaseText | undefined {
  if (text === undefined) return undefined;
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Whether it is the lease that was taken with this nonce. */
export function isOwnLease(text: string | undefined, nonce: string): boolean {
  return parseLease(text)?.nonce === nonce;
}

const schema = z.object({
  opconnect: z.literal("lease"),
  host: z.string(),
  table: z.string(),
  pid: z.number(),
  started: z.string(),
  nonce: z.string(),
  until: z.iso.datetime().transform((text) => new Date(text)),
});
