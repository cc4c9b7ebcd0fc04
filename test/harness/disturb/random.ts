import { uniformInt } from "pure-rand/distribution/uniformInt";
import { mersenne } from "pure-rand/generator/mersenne";

/** Chance that can be had again. */
export interface Random {
  /** A whole number from 0, less than that. */
  below(limit: number): number;
  /** One of them; none of none. */
  pick<T>(from: readonly T[]): T | undefined;
}

/** The same seed gives the same chance. */
export function randomOf(seed: number): Random {
  const generator = mersenne(seed);
  const below = (limit: number) => uniformInt(generator, 0, limit - 1);
  return { below, pick: (from) => (from.length === 0 ? undefined : from[below(from.length)]) };
}
