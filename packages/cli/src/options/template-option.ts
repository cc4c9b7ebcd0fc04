import {
  ConnectError,
  type Convention,
  type ConventionTemplates,
  createConvention,
} from "@opconnect/core";

/**
 * Makes the convention from `--template <kind>=<template>` options, as the program's `convention`
 * says it.
 * @throws `ARGUMENT_INVALID` if one is written differently, `CONVENTION_…`.
 */
export function conventionOf(templates: readonly string[]): Convention {
  return createConvention(templatesOf(templates));
}

/** The templates that the options give. */
export function templatesOf(templates: readonly string[]): Partial<ConventionTemplates> {
  return Object.fromEntries(templates.map((option) => pairOf(option, "--template")));
}

/**
 * Splits `key=value`.
 * @throws `ARGUMENT_INVALID` if one of the two is missing.
 */
export function pairOf(text: string, option: string): readonly [string, string] {
  const at = text.indexOf("=");
  if (at > 0 && at < text.length - 1) return [text.slice(0, at), text.slice(at + 1)];
  throw new ConnectError(
    "ARGUMENT_INVALID",
    `\`${option} ${text}\` has no key and value.`,
    `Write \`${option} <key>=<value>\`.`,
  );
}
