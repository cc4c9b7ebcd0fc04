import { readFile } from "node:fs/promises";
import { parseJson } from "@opconnect/core";
import { z } from "zod";
import { unlessAbsent, writeWhole } from "../../process/write-file.ts";
import type { StoredLease } from "../contract/credential-store.ts";
import { type AgeFiles, draftEnding } from "./files.ts";
import { underLock } from "./lock.ts";

const lease = z.object({ sequence: z.int().min(0), text: z.string() });

/** Reads the lease of a secret. One that is not whole is nobody's: only a person can have made it. */
export async function readLease(files: AgeFiles): Promise<StoredLease> {
  const text = await unlessAbsent(() => readFile(files.lease, "utf8"));
  return lease.safeParse(parseJson(text ?? "")).data ?? { sequence: 0 };
}

/** Writes a lease unless another has its number, or a higher one. */
export async function writeLease(
  files: AgeFiles,
  sequence: number,
  text: string,
): Promise<boolean> {
  return underLock(files.lock, async () => {
    const latest = await readLease(files);
    if (latest.sequence >= sequence) return latest.sequence === sequence && latest.text === text;
    await writeWhole(files.lease, JSON.stringify({ sequence, text }), draftEnding);
    return true;
  });
}
