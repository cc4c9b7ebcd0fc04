import { isRecord } from "@opconnect/core";
import type { PlannedStep } from "../engine/planned-steps.ts";
import type { StackReport } from "../model.ts";

/** Something that a reviewer should look at first. */
export type Risk = StackReport["risks"][number];

/** Inputs or outputs of a resource. */
export type Properties = Readonly<Record<string, unknown>>;

/** Prefix of the types of our own resources. */
export const own = "pulumi-nodejs:dynamic/opconnect:";

/** A risk with its text, one sentence. */
export function risk(kind: Risk["kind"], level: Risk["level"], text: string): Risk {
  return { kind, level, text };
}

/** What the state says of a resource. */
export function recorded({ before }: PlannedStep): Properties {
  return { ...before?.inputs, ...before?.outputs };
}

/** Name of a resource. */
export function nameOf({ urn }: { readonly urn: string }): string {
  return urn.split("::").slice(3).join("::");
}

/** An object among properties; an empty one where there is none. */
export function recordIn(properties: Properties, key: string): Properties {
  const { [key]: value } = properties;
  return isRecord(value) ? value : {};
}

/** The texts of a list among properties. */
export function textsIn(properties: Properties, key: string): readonly string[] {
  const { [key]: value } = properties;
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}
