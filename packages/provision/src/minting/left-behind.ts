import { isSameOnePasswordId } from "@opconnect/core";

/** The live objects of one name, and what is known about them. */
export interface Namesakes {
  /** Ids of those that 1Password lists. */
  readonly live: readonly string[];
  /** Ids of those that were there before the minting that was announced. */
  readonly announced: readonly string[];
  /** Ids of those that somebody needs, whenever they were made. */
  readonly kept: readonly (string | undefined)[];
}

/**
 * What an announced minting left behind when it was cut short: made since, and not what the store
 * keeps the value of. Nobody can use these, as 1Password hands out their values once.
 */
export function orphansOf({ live, announced, kept }: Namesakes): readonly string[] {
  return withoutIds(live, [...announced, ...kept]);
}

/** The ids that are not among others, whatever their case. */
export function withoutIds(
  ids: readonly string[],
  others: readonly (string | undefined)[],
): readonly string[] {
  return ids.filter((id) => !others.some((other) => isSameOnePasswordId(other ?? "", id)));
}
