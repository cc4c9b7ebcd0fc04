import { hasCode, isHolderKey } from "@opconnect/core";
import type { z } from "zod";
import { patiently } from "../../process/patient.ts";
import type { SecretsManager } from "../aws-sdk.ts";
import type { Look } from "../contract/credential-store.ts";
import type { DescribedSecret, secretPage } from "./answers.ts";
import { regionOf } from "./client.ts";

/** What this process wrote into a secret last, or knows to have been written by another. */
export interface KnownWrite {
  /** Version made current. */
  readonly versionId?: string | undefined;
  /** Number of the lease. */
  readonly sequence?: number | undefined;
  /** Tags set, and as empty those removed. */
  readonly tags: Readonly<Record<string, string>>;
  /** Whether it was deleted; `false` if it was made or restored. */
  readonly isDeleted?: boolean | undefined;
}

const writes = new Map<string, KnownWrite & { readonly at: number; readonly secretId: string }>();

/** How long an answer may come from before a write. Others may have changed the secret since. */
const lagMs = 5_000;
const lookMs = 250;

/** Notes what was written: reads of Secrets Manager lag behind. */
export function noteWrite(secretId: string, write: Partial<KnownWrite>): void {
  const before = recentWrite(secretId);
  writes.set(nameOf(secretId), {
    at: performance.now(),
    secretId,
    versionId: write.versionId ?? before?.versionId,
    sequence: write.sequence ?? before?.sequence,
    tags: { ...before?.tags, ...write.tags },
    isDeleted: write.isDeleted ?? before?.isDeleted,
  });
}

/**
 * Notes what the last holder of a lease wrote before. Who has the secret is noted in its tags without
 * a lease: of that, what this process wrote itself is the later.
 * @param ageMs How long ago the lease was written: what is older than a lag every read shows.
 */
export function noteHoldersWrite(
  secretId: string,
  ageMs: number,
  write: Partial<KnownWrite>,
): void {
  if (ageMs > clockSkewMs + lagMs) return;
  const own = Object.entries(recentWrite(secretId)?.tags ?? {}).filter(
    ([key]) => isHolderKey("value", key) || isHolderKey("secret", key),
  );
  noteWrite(secretId, { ...write, tags: { ...write.tags, ...Object.fromEntries(own) } });
}

/** AWS refuses requests of a clock that is further off, and its client then puts its own right. */
const clockSkewMs = 5 * 60_000;

/** Notes that a secret was made, or deleted: what was written before has nothing to show any more. */
export function noteFate(secretId: string, isDeleted: boolean): void {
  writes.delete(nameOf(secretId));
  noteWrite(secretId, { isDeleted });
}

/** Asks until the answer is not from before the last write that is known, for a few seconds. */
export async function settledRead<T>(
  secretId: string,
  isSettled: (answer: T, write: KnownWrite) => boolean,
  ask: () => Promise<T>,
): Promise<T> {
  const until = performance.now() + lagMs;
  const pause = patiently(`Waiting for AWS to show what was written to ${secretId} …`);
  for (;;) {
    const write = recentWrite(secretId);
    if (write === undefined || performance.now() >= until) return ask();
    try {
      const answer = await ask();
      if (isSettled(answer, write)) return answer;
    } catch (error) {
      if (write.isDeleted || !hasCode(error, "STORE_NOT_FOUND")) throw error;
    }
    await pause(lookMs);
  }
}

/** The same of a list of all secrets of a region. */
export async function settledList<T extends Listed>(
  region: string,
  list: () => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const until = performance.now() + lagMs;
  const pause = patiently("Waiting for AWS to list what was written …");
  for (;;) {
    const known = [...writes.values()].filter(({ secretId }) => regionOf(secretId) === region);
    const listed = await list();
    const isSettled = known.every(({ secretId }) => {
      const write = recentWrite(secretId);
      const entry = listed.find(({ ARN }) => ARN === secretId);
      if (write === undefined) return true;
      if (entry === undefined) return write.isDeleted !== false;
      const { Tags, SecretVersionsToStages: VersionIdsToStages } = entry;
      return showsWrite({ Tags, VersionIdsToStages, DeletedDate: undefined }, write);
    });
    if (isSettled || performance.now() >= until) return listed;
    await pause(lookMs);
  }
}

type Listed = z.infer<typeof secretPage>["SecretList"][number];

const looks = new WeakMap<SecretsManager, Map<string, { at: number; found: DescribedSecret }>>();

/**
 * Asks, unless it may be the last answer: within a lag and as long as nothing was written here, AWS
 * itself may give that one.
 */
export async function lookedAt(
  client: SecretsManager,
  secretId: string,
  { mayBeRecent }: Look = {},
  ask: () => Promise<DescribedSecret>,
): Promise<DescribedSecret> {
  const known = looks.get(client) ?? new Map<string, { at: number; found: DescribedSecret }>();
  looks.set(client, known);
  const name = nameOf(secretId);
  const last = known.get(name);
  const at = performance.now();
  if (mayBeRecent && last && at - last.at < lagMs && (writes.get(name)?.at ?? 0) < last.at) {
    return last.found;
  }
  const found = await ask();
  known.set(name, { at, found });
  return found;
}

/** Whether a description shows what was written. */
export function showsWrite(
  { Tags, VersionIdsToStages, DeletedDate }: Shown,
  { versionId, tags, isDeleted }: KnownWrite,
): boolean {
  if (isDeleted || DeletedDate) return isDeleted === true && Boolean(DeletedDate);
  const isCurrent =
    versionId === undefined || VersionIdsToStages[versionId]?.includes("AWSCURRENT") === true;
  return isCurrent && Object.entries(tags).every(([key, value]) => (Tags[key] ?? "") === value);
}

type Shown = Pick<DescribedSecret, "Tags" | "VersionIdsToStages" | "DeletedDate">;

/** What is known to have been written to a secret in the last seconds. */
export function recentWrite(secretId: string): KnownWrite | undefined {
  const write = writes.get(nameOf(secretId));
  return write !== undefined && performance.now() - write.at < lagMs ? write : undefined;
}

/** A secret is asked for by its name too: its ARN ends with that, and six characters more. */
function nameOf(secretId: string): string {
  return /^arn:[^:]*:secretsmanager:[^:]*:\d*:secret:(.+)-\w{6}$/.exec(secretId)?.[1] ?? secretId;
}
