import { setTimeout } from "node:timers/promises";
import { hasCode } from "@opconnect/core";
import type { DescribedSecret } from "./answers.ts";

/** What this process wrote into a secret last. */
interface OwnWrite {
  readonly at: number;
  /** Version made current. */
  readonly versionId?: string | undefined;
  /** Number of the lease. */
  readonly sequence?: number | undefined;
  /** Tags set, and as empty those removed. */
  readonly tags: Readonly<Record<string, string>>;
}

const writes = new Map<string, OwnWrite>();

/** How long an answer may come from before a write. Others may have changed the secret since. */
const lagMs = 5_000;
const lookMs = 250;

/** Notes what was written: reads of Secrets Manager lag behind. */
export function noteWrite(
  secretId: string,
  { versionId, sequence, tags = {} }: Partial<OwnWrite>,
): void {
  const before = recentWrite(secretId);
  writes.set(secretId, {
    at: Date.now(),
    versionId: versionId ?? before?.versionId,
    sequence: sequence ?? before?.sequence,
    tags: { ...before?.tags, ...tags },
  });
}

/** Asks until the answer is not from before the last write of this process, for a few seconds. */
export async function settledRead<T>(
  secretId: string,
  isSettled: (answer: T, write: OwnWrite) => boolean,
  ask: () => Promise<T>,
): Promise<T> {
  for (;;) {
    const write = recentWrite(secretId);
    if (write === undefined) return ask();
    try {
      const answer = await ask();
      if (isSettled(answer, write)) return answer;
    } catch (error) {
      if (!hasCode(error, "STORE_NOT_FOUND")) throw error;
    }
    await setTimeout(lookMs);
  }
}

/** Whether a description shows what was written. */
export function showsWrite(
  { Tags, VersionIdsToStages }: DescribedSecret,
  { versionId, tags }: OwnWrite,
): boolean {
  const isCurrent =
    versionId === undefined || VersionIdsToStages[versionId]?.includes("AWSCURRENT") === true;
  return isCurrent && Object.entries(tags).every(([key, value]) => (Tags[key] ?? "") === value);
}

/** A secret that was deleted has nothing to be waited for. */
export function forgetWrites(secretId: string): void {
  writes.delete(secretId);
}

function recentWrite(secretId: string): OwnWrite | undefined {
  const write = writes.get(secretId);
  return write !== undefined && Date.now() - write.at < lagMs ? write : undefined;
}
