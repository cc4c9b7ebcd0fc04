import { OpFailure } from "../op-failure.ts";

/** Flags of one call. Every flag with a value may be repeated; the last one wins unless it is a list. */
export interface OpOptions {
  /** Last value of a flag. */
  text(name: string): string | undefined;
  /** @throws OpFailure if the flag is absent. */
  required(name: string): string;
  /** Values of a repeated flag, as given. */
  each(name: string): readonly string[];
  /** Values of a flag that takes comma-separated lists, repeated or not. */
  list(name: string): readonly string[];
  flag(name: string): boolean;
}

/** @param given What commander parsed: `true` for switches, string lists for all others. */
export function opOptions(given: Readonly<Record<string, unknown>>): OpOptions {
  const each = (name: string): readonly string[] => {
    const value = given[camelCase(name)];
    return Array.isArray(value) ? value.map(String) : [];
  };
  const text = (name: string): string | undefined => each(name).at(-1);
  return {
    each,
    text,
    required(name) {
      const value = text(name);
      if (value === undefined) throw new OpFailure(`required flag(s) "${name}" not set`);
      return value;
    },
    list: (name) => each(name).flatMap((value) => value.split(",").map((part) => part.trim())),
    flag: (name) => given[camelCase(name)] === true,
  };
}

/** Go spellings of a boolean value. */
export function parseGoBoolean(text: string, flag: string): boolean {
  if (/^(1|t|true)$/i.test(text)) return true;
  if (/^(0|f|false)$/i.test(text)) return false;
  const cause = `strconv.ParseBool: parsing "${text}": invalid syntax`;
  throw new OpFailure(`invalid argument "${text}" for "--${flag}" flag: ${cause}`);
}

function camelCase(name: string): string {
  return name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}
