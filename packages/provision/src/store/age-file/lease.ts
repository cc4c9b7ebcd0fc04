import { readFile } from "node:fs/promises";
import { latestNumber, takeNumber } from "../../process/numbered-files.ts";
import { unlessAbsent } from "../../process/write-file.ts";
import type { StoredLease } from "../contract/credential-store.ts";
import { type AgeFiles, draftEnding } from "./files.ts";

/** Leases that are kept: who is slower than this many others has been gone for long. */
const kept = 10;

/** Reads the lease with the highest number. */
export async function readLease(files: AgeFiles): Promise<StoredLease> {
  const sequence = await latestNumber(files.lease);
  if (sequence === 0) return { sequence };
  const text = await readNumber(files, sequence);
  return text === undefined ? readLease(files) : { sequence, text };
}

/** Writes a lease as a file of its own, which only one process can create. */
export async function writeLease(
  files: AgeFiles,
  sequence: number,
  text: string,
): Promise<boolean> {
  if (await takeNumber(files.lease, sequence, text, { kept, draftEnding })) return true;
  return (await readNumber(files, sequence)) === text;
}

function readNumber({ lease }: AgeFiles, sequence: number): Promise<string | undefined> {
  return unlessAbsent(() => readFile(`${lease}${sequence}`, "utf8"));
}
