import { isConnectError } from "@opconnect/core/connect-error";
import type * as pulumi from "@pulumi/pulumi";
import * as z from "zod/mini";
import { isDeferred } from "./deferred.ts";
import { type FieldPath, valueAt } from "./field-path.ts";
import type { RefusalParams } from "./refusal.ts";

// The message of every check is what is allowed, in words that follow "Pass". What is lazy is so for a
// program that does not use it: it pays for the schemas that it uses. Hence, too, `zod/mini`, of which
// a bundle takes no more than is used: the whole of Zod takes 7 ms to load.

/**
 * An object that has the fields of a type, each of them checked, and no others.
 * @param shape Asked when an object is first checked.
 */
export function fields<T extends object>(shape: () => Shape<T>): z.ZodMiniType<T> {
  let object: StrictObject | undefined;
  // A Map, a Set or a Date has none of the fields, and would pass for an object that leaves all out.
  return chosen<T>((value) => {
    object ??= strictObject(shape());
    return isBuiltIn(value) ? z.never(object.allowed) : object.schema;
  });
}

type Shape<T> = { readonly [Field in keyof T]-?: z.ZodMiniType<T[Field]> };

interface StrictObject {
  readonly schema: z.ZodMiniType;
  readonly allowed: string;
}

function strictObject<T extends object>(shape: Shape<T>): StrictObject {
  const known = Object.keys(shape).join(", ");
  const allowed = `an object with any of ${known}`;
  const error = ({ code }: { readonly code: string }) =>
    code === "unrecognized_keys" ? known : allowed;
  return { schema: z.strictObject(shape, { error }), allowed };
}

function isBuiltIn(value: unknown): boolean {
  const isObject = typeof value === "object" && value !== null;
  return isObject && Object.prototype.toString.call(value) !== "[object Object]";
}

/** One of some words. */
export function oneOf<const Word extends string>(...words: readonly Word[]): z.ZodMiniType<Word> {
  return z.enum(words, `one of ${words.map((word) => `"${word}"`).join(", ")}`);
}

/**
 * A word where `schema` says what else there may be. A refusal of either names both: told of the
 * word alone, who meant the other would take it.
 */
export function wordOr<Word extends string, Other>(
  word: Word,
  schema: z.ZodMiniType<Other>,
  allowed: string,
): z.ZodMiniType<Word | Other> {
  return chosen((value) => (typeof value === "string" ? z.enum([word], allowed) : schema));
}

export const flag = z.boolean("true or false");

/** A text that says something. */
export function text(allowed = "a text that is not empty"): z.ZodMiniType<string> {
  return like(/\S/, allowed);
}

/** A text of a form. */
export function like(form: RegExp, allowed: string): z.ZodMiniType<string> {
  return z.lazy(() => z.string(allowed).check(z.regex(form, allowed)));
}

/** A resource of a class. */
export function instance<T>(of: abstract new (...args: never[]) => T, allowed: string) {
  return z.custom<T>((value) => value instanceof of, allowed);
}

export function wholeNumber(least: number, most: number): z.ZodMiniType<number> {
  const allowed = `a whole number from ${least} to ${most}`;
  return z.int(allowed).check(z.gte(least, allowed)).check(z.lte(most, allowed));
}

export function list<T>(each: z.ZodMiniType<T>, allowed: string): z.ZodMiniType<readonly T[]> {
  return z.readonly(z.array(each, allowed));
}

/** Things by name, where the name is one that `name` allows. */
export function byName<T>(
  name: z.ZodMiniType<string>,
  value: z.ZodMiniType<T>,
  allowed: string,
): z.ZodMiniType<Readonly<Record<string, T>>> {
  return z.record(z.string(), value, allowed).check(
    z.superRefine((things, context) => {
      for (const key of Object.keys(things)) {
        for (const issue of name.safeParse(key).error?.issues ?? []) {
          const params = issue.code === "custom" ? issue.params : {};
          const says = " has a name that is not possible";
          refuse(context, { says, remedy: `Use ${issue.message}.`, ...params }, [key]);
        }
      }
    }),
  );
}

/** A value that `check` lets pass; what it throws is the refusal. */
export function checkedBy<T>(
  schema: z.ZodMiniType<T>,
  check: (value: T) => void,
): z.ZodMiniType<T> {
  return z.lazy(() =>
    schema.check(
      z.superRefine((value, context) => {
        try {
          check(value);
        } catch (error) {
          if (!isConnectError(error)) throw error;
          const says = `: ${error.happened.replace(/\.$/, "")}`;
          refuse(context, { code: error.code, says, remedy: error.remedy });
        }
      }),
    ),
  );
}

/** A value which, or any part of which, may be an Output or a promise: that is checked once it is known. */
export function input<T>(schema: z.ZodMiniType<T>): z.ZodMiniType<pulumi.Input<T>> {
  return passedOn<pulumi.Input<T>>(
    () => schema,
    (value, { path }) => !isDeferred(valueAt(value, path)),
  );
}

/** A list which, or any entry of which, may be an Output or a promise. */
export function inputList<T>(
  each: z.ZodMiniType<T>,
  allowed: string,
): z.ZodMiniType<pulumi.Input<readonly pulumi.Input<T>[]>> {
  return input(list(input(each), allowed));
}

/** A value that is checked by the schema for its like, so that a refusal names its inmost field. */
export function chosen<T>(choose: (value: unknown) => z.ZodMiniType): z.ZodMiniType<T> {
  return passedOn(choose, () => true);
}

function passedOn<T>(
  choose: (value: unknown) => z.ZodMiniType,
  counts: (value: unknown, issue: z.core.$ZodIssue) => boolean,
): z.ZodMiniType<T> {
  return z.lazy(() =>
    z.custom<T>().check(
      z.superRefine((value, context) => {
        for (const issue of choose(value).safeParse(value).error?.issues ?? []) {
          if (counts(value, issue)) context.addIssue({ ...issue, continue: false });
        }
      }),
    ),
  );
}

/** Adds a refusal of the value itself, or of what it has at a path. */
export function refuse(
  context: z.core.$RefinementCtx,
  { allowed = "", ...params }: RefusalParams & { readonly allowed?: string },
  path: FieldPath = [],
): void {
  context.addIssue({
    code: "custom",
    message: allowed,
    params: { ...params },
    path: [...path],
    // Checks that follow may take for granted that this one was passed.
    continue: false,
  });
}
