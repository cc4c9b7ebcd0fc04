import { readdir, readFile, rm } from "node:fs/promises";
import { basename, dirname } from "node:path";
import type { StoredLease } from "../contract/credential-store.ts";
import type { AgeFiles } from "./files.ts";
import { unlessAbsent, writeOnce } from "./write-file.ts";

/** Leases that are kept: who is slower than this many others has been gone for long. */
const keptLeases = 10;

/** Reads the lease with the highest number. */
export async function readLease(files: AgeFiles): Promise<StoredLease> {
  const sequence = (await listLeases(files)).at(-1);
  if (sequence === undefined) return { sequence: 0 };
  const text = await unlessAbsent(() => readFile(`${files.lease}${sequence}`, "utf8"));
  return text === undefined ? readLease(files) : { sequence, text };
}

/** Writes a lease as a file of its own, which only one can create. */
export async function writeLease(
  files: AgeFiles,
  sequence: number,
  text: string,
): Promise<boolean> {
  const path = `${files.lease}${sequence}`;
  const leases = await listLeases(files);
  const isOld = leases.some((lease) => lease > sequence);
  if (isOld || !(await writeOnce(path, text))) {
    return (await unlessAbsent(() => readFile(path, "utf8"))) === text;
  }
  const forgotten = leases.filter((lease) => lease <= sequence - keptLeases);
  for (const lease of forgotten) await rm(`${files.lease}${lease}`, { force: true });
  return true;
}

/** Numbers of the leases, in order. */
async function listLeases({ lease }: AgeFiles): Promise<readonly number[]> {
  const names = (await unlessAbsent(() => readdir(dirname(lease)))) ?? [];
  const prefix = basename(lease);
  return names
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length))
    .filter((number) => /^[1-9]\d*$/.test(number))
    .map(Number)
    .sort((one, other) => one - other);
}
