import { randomInt } from "node:crypto";

export interface SecretRecipe {
  /** @default 32 */
  readonly length?: number | undefined;
  /** @default ["LETTERS", "DIGITS", "SYMBOLS"] */
  readonly characterSets?: readonly (keyof typeof alphabets)[] | undefined;
  readonly excludeCharacters?: string | undefined;
}

/** A generated password, as the recipe of an item's field asks for. */
export function generateSecret({
  length = 32,
  characterSets = ["LETTERS", "DIGITS", "SYMBOLS"],
  excludeCharacters = "",
}: SecretRecipe): string {
  const sets = characterSets.length > 0 ? characterSets : (["LETTERS"] as const);
  const letters = [...sets.map((set) => alphabets[set]).join("")];
  const allowed = letters.filter((letter) => !excludeCharacters.includes(letter));
  return Array.from({ length }, () => allowed[randomInt(allowed.length)]).join("");
}

const alphabets = {
  LETTERS: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
  DIGITS: "0123456789",
  SYMBOLS: "!@.-_*",
} as const;
