import type { ConnectErrorCode } from "@opconnect/core";
import { ConnectError } from "@opconnect/core/connect-error";
import { isRecord } from "@opconnect/core/json";
import { quote } from "@opconnect/core/quote";
import { closestMatch } from "leven";
import type { z } from "zod";

/** Where in the arguments a field is. */
export type FieldPath = readonly PropertyKey[];

/** What a check of a schema may say of its refusal, besides what it allows. */
export interface RefusalParams {
  /** @default "ARGUMENT_INVALID" */
  readonly code?: ConnectErrorCode;
  /**
   * What follows the field's name, up to the full stop.
   * @default - that it is missing, or its value
   */
  readonly says?: string;
  /** @default - to pass what is allowed */
  readonly remedy?: string;
}

/** The error for arguments in which a schema has found an issue, whose message is what is allowed. */
export function refusalOf(issue: z.core.$ZodIssue, args: unknown): ConnectError {
  const { path, message: allowed } = issue;
  if (issue.code === "unrecognized_keys") {
    return unknownField([...path, issue.keys[0] ?? ""], allowed.split(", "));
  }
  const value = valueAt(args, path);
  const params: RefusalParams = issue.code === "custom" ? (issue.params ?? {}) : {};
  const { code = "ARGUMENT_INVALID", says = described(value) } = params;
  const meant = issue.code === "invalid_value" ? suggestion(value, issue.values.map(String)) : "";
  return new ConnectError(
    code,
    `\`${render(path)}\`${says}.`,
    params.remedy ?? `Pass ${allowed}.${meant}`,
  );
}

/** @param known The fields that there are instead. */
export function unknownField(path: FieldPath, known: readonly string[]): ConnectError {
  const fields = known.map((field) => `\`${field}\``).join(", ");
  return new ConnectError(
    "ARGUMENT_INVALID",
    `\`${render(path)}\` is no field that there is.`,
    `${known.length === 0 ? "Leave it out." : `Use ${fields}.`}${suggestion(path.at(-1), known)}`,
  );
}

/** The error for a text that is a secret, which is not shown. */
export function secretText(path: FieldPath): ConnectError {
  return new ConnectError(
    "ARGUMENT_INVALID",
    `\`${render(path)}\` looks like a secret, and would stand in state and in previews.`,
    "Leave it out: credentials come from the credential store, and items from 1Password.",
  );
}

function described(value: unknown): string {
  if (value === undefined) return " is missing";
  if (Array.isArray(value)) return " is a list";
  return isRecord(value) ? " is an object" : ` is ${quote(value)}`;
}

function suggestion(given: unknown, candidates: readonly string[]): string {
  if (typeof given !== "string") return "";
  const text = given.toLowerCase();
  const inLowerCase = new Map(candidates.map((candidate) => [candidate.toLowerCase(), candidate]));
  const maxDistance = Math.ceil(text.length / 3);
  const meant = inLowerCase.get(closestMatch(text, [...inLowerCase.keys()], { maxDistance }) ?? "");
  return meant === undefined ? "" : ` Did you mean "${meant}"?`;
}

/** As a program would write it. A key that is no word of one is quoted, and cut where it gets long. */
function render(path: FieldPath): string {
  const text = path.map((key) => {
    if (typeof key === "number") return `[${key}]`;
    return /^[\w-]{1,80}$/.test(String(key)) ? `.${String(key)}` : `[${quote(String(key))}]`;
  });
  return text.join("").replace(/^\./, "") || "args";
}

function valueAt(args: unknown, path: FieldPath): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null && Object.hasOwn(value, key)
        ? (value as Readonly<Record<PropertyKey, unknown>>)[key]
        : undefined,
    args,
  );
}
