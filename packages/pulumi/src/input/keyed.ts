import * as z from "zod/mini";
import { purpose } from "./names.ts";
import { byName, chosen, list, refuse } from "./schema.ts";

/** Things by key: their keys alone, or what is said of each. */
export type Keyed<T> = readonly string[] | Readonly<Record<string, T>>;

/** Key and what is said of it, `otherwise` where keys are given alone. */
export function entriesOf<T>(
  keyed: Keyed<T>,
  otherwise: (key: string) => T,
): readonly (readonly [string, T])[] {
  if (!isList(keyed)) return Object.entries(keyed);
  return keyed.map((key) => [key, otherwise(key)]);
}

/** Checks things by key, of which there has to be one at least, and none twice. */
export function keyed<T>(each: z.ZodMiniType<T>, what: string): z.ZodMiniType<Keyed<T>> {
  const allowed = `a list of ${what}, or an object with what is said of each`;
  const keys = list(purpose, allowed).check(
    z.superRefine((given, context) => {
      const again = given.find((key, index) => given.indexOf(key) < index);
      if (again === undefined) return;
      const says = ` names the key "${again}" twice`;
      const remedy = "Name each once.";
      refuse(context, { code: "VAULT_KEY_DUPLICATE", says, remedy });
    }),
  );
  const byKey = byName(purpose, each, allowed);
  return chosen<Keyed<T>>((value) => (isList(value) ? keys : byKey)).check(
    z.superRefine((given, context) => {
      if (Object.keys(given).length === 0) refuse(context, { says: " is empty", allowed });
    }),
  );
}

/** Whether something is a list. For TypeScript, `Array.isArray` is none of one that is read-only. */
export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}
