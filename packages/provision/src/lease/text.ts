import { parseJson } from "@opconnect/core";
import { z } from "zod";
import { thisProcess } from "../process/running-process.ts";

const schema = z.object({
  opconnect: z.literal("lease"),
  host: z.string(),
  table: z.string(),
  pid: z.number(),
  started: z.string(),
  /** One for each time that a lease is taken. */
  nonce: z.string(),
  /** `"free"` once it was given back. */
  state: z.enum(["held", "free"]),
});

/** What a store keeps of a lease. Nothing of it is secret. */
export type LeaseText = z.infer<typeof schema>;

/** The lease of this process as JSON. */
export function renderLease(nonce: string, state: LeaseText["state"]): string {
  // The first member is the mark by which stores tell a lease from a value.
  return JSON.stringify({ opconnect: "lease", ...thisProcess(), nonce, state });
}

/** Reads a lease; `undefined` if there is none, or it is not understood and so binds no run. */
export function parseLease(text: string | undefined): LeaseText | undefined {
  return schema.safeParse(parseJson(text ?? "")).data;
}
