import type { ConnectErrorCode } from "@opconnect/core";
import { ConnectError } from "@opconnect/core/connect-error";
import { isRecord } from "@opconnect/core/json";
import { quote } from "@opconnect/core/quote";
import { closestMatch } from "leven";
import type * as z from "zod/mini";
import { isDeferred } from "./deferred.ts";
import { type FieldPath, render, valueAt } from "./field-path.ts";

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
  /**
   * Another field that it is about.
   * @default - none
   */
  readonly also?: FieldPath;
}

/** Whether an issue is about what lies under a path. */
export function concerns(issue: z.core.$ZodIssue, under: FieldPath): boolean {
  const also: RefusalParams["also"] = issue.code === "custom" ? issue.params?.also : undefined;
  return [issue.path, ...(also === undefined ? [] : [also])].some((path) =>
    path.every((key, at) => key === (under[at] ?? key)),
  );
}

/**
 * The error for arguments in which a schema has found an issue, whose message is what is allowed.
 * @param isSecret Whether the value is one that Pulumi keeps secret: it is not shown.
 */
export function refusalOf(issue: z.core.$ZodIssue, args: unknown, isSecret: boolean): ConnectError {
  const { path, message: allowed } = issue;
  if (issue.code === "unrecognized_keys") {
    return unknownField([...path, issue.keys[0] ?? ""], allowed.split(", "));
  }
  const value = valueAt(args, path);
  if (isDeferred(value)) return knownLater(issue);
  const params: RefusalParams = issue.code === "custom" ? (issue.params ?? {}) : {};
  const { code = "ARGUMENT_INVALID", says = described(value) } = params;
  if (isSecret) return unfitSecret(code, path, allowed);
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

/** The error for an Output, or a promise, where a value has to be known when the program runs. */
function knownLater({ path, ...issue }: z.core.$ZodIssue): ConnectError {
  const hasParts = issue.code === "invalid_type" && /^(object|record|array)$/.test(issue.expected);
  return new ConnectError(
    "ARGUMENT_INVALID",
    `\`${render(path)}\` is an Output, or a promise: its value comes too late to plan with.`,
    hasParts
      ? "Pass a plain object or list, and Outputs as those of its parts that may be ones."
      : "Pass a plain value, such as `config.require(…)`, which unlike `config.requireSecret(…)` is no Output, or `await stackReference.getOutputValue(…)`.",
  );
}

/** The error for an Output, or a promise, of nothing, where leaving the field out means a default. */
export function withoutValue(path: FieldPath): ConnectError {
  return new ConnectError(
    "ARGUMENT_INVALID",
    `\`${render(path)}\` is an Output, or a promise, without a value.`,
    "Look whether the key that it is read by is there, e.g. with `stackReference.requireOutput(…)`; or leave the field out, if its default is meant.",
  );
}

/** The error for a value that Pulumi keeps secret: neither it nor what was found in it is shown. */
function unfitSecret(code: ConnectErrorCode, path: FieldPath, allowed: string): ConnectError {
  return new ConnectError(
    code,
    `\`${render(path)}\` is a secret whose value is not possible there.`,
    allowed === "" ? "Pass what its documentation allows." : `Pass ${allowed}.`,
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

/** The error for an object or a list that has itself among its parts. */
export function holdsItself(path: FieldPath): ConnectError {
  return new ConnectError(
    "ARGUMENT_INVALID",
    `\`${render(path)}\` is an object that it is itself a part of.`,
    "Pass a plain object that ends somewhere.",
  );
}

function described(value: unknown): string {
  if (value === undefined) return " is missing";
  if (Array.isArray(value)) return " is a list";
  return isRecord(value) ? " is an object" : ` is ${quote(value)}`;
}

/** Which of some words was meant, as a sentence to add; empty where none is near. */
export function suggestion(given: unknown, candidates: readonly string[]): string {
  if (typeof given !== "string") return "";
  const text = given.toLowerCase();
  const inLowerCase = new Map(candidates.map((candidate) => [candidate.toLowerCase(), candidate]));
  const maxDistance = Math.ceil(text.length / 3);
  const meant = inLowerCase.get(closestMatch(text, [...inLowerCase.keys()], { maxDistance }) ?? "");
  return meant === undefined ? "" : ` Did you mean "${meant}"?`;
}
