import { isRecord } from "@opconnect/core/json";
import { kubeconfigContent } from "@opconnect/core/kubeconfig";
import { looksSecret } from "@opconnect/core/looks-secret";
import * as pulumi from "@pulumi/pulumi";
import type * as z from "zod/mini";
import { isDeferred, later } from "./deferred.ts";
import type { FieldPath } from "./field-path.ts";
import {
  concerns,
  holdsItself,
  refusalOf,
  secretText,
  unknownField,
  withoutValue,
} from "./refusal.ts";
import { reportAgainst } from "./report-against.ts";

/**
 * Checks the arguments of a component or a resource, which a program may take from configuration
 * that no compiler has seen. What is known is checked at once; an Output when it is known, by the
 * same schema held against the arguments with its value in its place, and those known by then.
 * @param resource Against what a refusal is reported; the whole program where there is none yet.
 * @returns The arguments; their Outputs fail where a value is refused.
 */
export function checkArgs<T>(schema: z.ZodMiniType<T>, args: T, resource?: pulumi.Resource): T {
  const refuse = (given: unknown, under: FieldPath, isSecret: boolean) =>
    reportAgainst(resource, () => refuseUnlessFit(schema, given, under, isSecret));
  const refuseNothing = (path: FieldPath) =>
    reportAgainst(resource, () => {
      throw withoutValue(path);
    });
  refuse(args, [], false);
  // Of fields that have to go together, the one that is known last shows whether they do.
  let given: unknown = args;
  const checked = mapOutputs(args, [], (output, path) =>
    output.apply(async (known) => {
      // A default would take its place, such as another cluster, or all namespaces.
      if (known === undefined) refuseNothing(path);
      given = withValueAt(given, path, known);
      refuse(given, path, await pulumi.isSecret(output));
      return known;
    }),
  );
  return checked as T;
}

/**
 * @param under Only what concerns what lies there is looked at.
 * @param isSecret Whether what lies there is secret.
 */
function refuseUnlessFit(
  schema: z.ZodMiniType,
  args: unknown,
  under: FieldPath,
  isSecret: boolean,
): void {
  refuseEndless(args, []);
  const seen = mapOutputs(args, [], () => later);
  const issues = schema.safeParse(seen).error?.issues ?? [];
  const issue = issues.find((each) => concerns(each, under));
  if (issue !== undefined) throw refusalOf(issue, seen, isSecret);
  refuseSecrets(args, []);
}

/**
 * A secret that is pasted where a name belongs would stand in state, and in every preview.
 * @throws `ARGUMENT_INVALID`, without the text.
 */
function refuseSecrets(value: unknown, path: FieldPath): void {
  if (typeof value === "string" && looksSecret(value)) {
    // A resource keeps it secret.
    if (path.at(-1) === "kubeconfig" && kubeconfigContent(value) !== undefined) return;
    throw secretText(path);
  }
  if (!isPlain(value)) return;
  for (const [key, each] of Object.entries(value)) {
    if (looksSecret(key)) throw secretText(path);
    refuseSecrets(each, [...path, key]);
  }
}

/**
 * What cannot be walked through: JSON can hold the key `__proto__`, over which a copy of an object
 * trips, and a schema leaps; an object of a program can hold itself.
 */
function refuseEndless(value: unknown, path: FieldPath, within: readonly object[] = []): void {
  if (!isPlain(value)) return;
  if (within.includes(value)) throw holdsItself(path);
  for (const [key, each] of Object.entries(value)) {
    if (key === "__proto__") throw unknownField([...path, key], []);
    refuseEndless(each, [...path, key], [...within, value]);
  }
}

function mapOutputs(
  value: unknown,
  path: FieldPath,
  change: (output: pulumi.Output<unknown>, path: FieldPath) => unknown,
): unknown {
  if (isDeferred(value)) return change(pulumi.output(value), path);
  if (!isPlain(value)) return value;
  if (Array.isArray(value)) {
    return value.map((each, index) => mapOutputs(each, [...path, index], change));
  }
  const entries = Object.entries(value);
  return Object.fromEntries(
    entries.map(([key, each]) => [key, mapOutputs(each, [...path, key], change)]),
  );
}

function withValueAt(args: unknown, path: FieldPath, value: unknown): unknown {
  return mapOutputs(args, [], (output, at) =>
    at.length === path.length && at.every((key, index) => key === path[index]) ? value : output,
  );
}

/** A list, or an object of JSON, but no resource. */
function isPlain(value: unknown): value is object {
  if (Array.isArray(value)) return true;
  return isRecord(value) && [Object.prototype, null].includes(Object.getPrototypeOf(value));
}
