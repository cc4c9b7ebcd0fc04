import type { PolicyConfigSchema } from "@pulumi/policy";
import type { Known, KnownRecord } from "./known.ts";

/** What comes of a violation: nothing, a warning, or that no update runs. */
export const levels = ["disabled", "advisory", "mandatory"] as const;

/** What comes of a violation: nothing, a warning, or that no update runs. */
export type Level = (typeof levels)[number];

/** A resource as a preview shows it. */
export interface RuleResource {
  /** Pulumi's type token, e.g. `kubernetes:core/v1:Service`. */
  readonly type: string;
  /** Name in the program. */
  readonly name: string;
  readonly urn: string;
  /** Inputs; of a whole stack, outputs. What is not known yet is `unknown`. */
  readonly props: KnownRecord;
}

/** Something that violates a rule. */
export interface Finding {
  /**
   * URN of the resource.
   * @default - the resource that was looked at, or the stack
   */
  readonly urn?: string;
  /** What is wrong, in one sentence that holds no value which could be secret. */
  readonly says: string;
}

/** Values of a rule's settings, as the configuration of the pack has them. */
export type Settings = Readonly<Record<string, unknown>>;

interface RuleText {
  /** Name in configuration and in reports: lower-case words joined by hyphens. */
  readonly name: string;
  /** What must hold, in one sentence. */
  readonly description: string;
  /** What it looks at, for the documentation. */
  readonly looksAt: string;
  /** What to do about a violation, in one sentence. */
  readonly fix: string;
  /** What comes of a violation where the configuration says nothing. */
  readonly level: Level;
  /** Settings of its own in the configuration of the pack, as JSON schemas. */
  readonly settings?: PolicyConfigSchema["properties"];
}

/** A rule that looks at one resource at a time. */
export interface ResourceRule extends RuleText {
  /**
   * Type token of the only resources that it looks at: others are then not even read for it.
   * @default - resources of any type
   */
  readonly ofType?: string;
  readonly checkResource: (resource: RuleResource, settings: Settings) => readonly Finding[];
}

/** A rule that looks at all resources of a stack together. */
export interface StackRule extends RuleText {
  readonly checkStack: (
    resources: readonly RuleResource[],
    settings: Settings,
  ) => readonly Finding[];
}

/** A rule of the pack. */
export type Rule = ResourceRule | StackRule;

/** No finding, or one. */
export function findingIf(isViolated: boolean, says: string): readonly Finding[] {
  return isViolated ? [{ says }] : [];
}

/** A text that is known; nothing if it is none, or not known yet. */
export function textOf(value: Known | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
