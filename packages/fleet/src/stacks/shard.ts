import { createHash } from "node:crypto";
import { ConnectError } from "@opconnect/core/connect-error";

/** One part of a fleet, of several that run side by side. */
export interface Shard {
  /** Counted from 1. */
  readonly index: number;
  readonly of: number;
}

/** The whole of a fleet. */
export const wholeFleet: Shard = { index: 1, of: 1 };

/**
 * Reads `"2/5"`.
 * @throws `SHARD_INVALID` if it is not such a part.
 */
export function parseShard(text: string): Shard {
  const [, index, of] = /^(\d{1,6})\/(\d{1,6})$/.exec(text.trim())?.map(Number) ?? [];
  if (index === undefined || of === undefined || index < 1 || index > of) throw noShard(text);
  return { index, of };
}

/** Whether a stack belongs to a shard. Its name alone decides, so a stack that is added moves none. */
export function isInShard(project: string, stack: string, { index, of }: Shard): boolean {
  const hash = createHash("sha256").update(`${project}\n${stack}`).digest();
  return (hash.readUInt32BE(0) % of) + 1 === index;
}

function noShard(text: string): ConnectError {
  return new ConnectError(
    "SHARD_INVALID",
    `The shard is ${JSON.stringify(text)}.`,
    'Pass one such as "2/5": the second of five, counted from 1.',
  );
}
