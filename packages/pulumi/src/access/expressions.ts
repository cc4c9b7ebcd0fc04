import type * as pulumi from "@pulumi/pulumi";
import type { KnownRule } from "./rules.ts";

/** A variable of a policy, which its expressions name as `variables.<name>`. */
export interface Variable {
  readonly name: string;
  readonly expression: pulumi.Input<string>;
}

/** @param rules See {@link rulesExpression}; of a vault that is yet to be made, all else is known. */
export function rulesVariables(rules: pulumi.Input<string>): readonly Variable[] {
  return [
    { name: "rules", expression: rules },
    {
      name: "rulesHere",
      expression: "request.namespace in variables.rules ? variables.rules[request.namespace] : []",
    },
  ];
}

/**
 * The rules by namespace, in CEL. A literal of JSON is one of CEL as well.
 * @see https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax
 */
export function rulesExpression(rules: readonly KnownRule[]): string {
  // A map, since a namespace may be called "constructor".
  const byNamespace = new Map<string, object[]>();
  for (const { namespaces, vaults, items, secretNames, secretTypes } of rules) {
    const rule = {
      vaults,
      items: whole(items),
      itemStarts: starts(items),
      names: whole(secretNames),
      nameStarts: starts(secretNames),
      types: secretTypes,
    };
    for (const namespace of namespaces) {
      byNamespace.set(namespace, [...(byNamespace.get(namespace) ?? []), rule]);
    }
  }
  return JSON.stringify(Object.fromEntries(byNamespace));
}

/** An item's path as the operator splits it: at each slash, with four parts. */
export function hasShape(parts: string): string {
  return `size(${parts}) == 4 && ${parts}[0] == "vaults" && ${parts}[1] != "" && ${parts}[2] == "items" && ${parts}[3] != ""`;
}

/**
 * Whether a rule of the namespace allows it. Texts are compared by their code points, so that what
 * only looks like a name that is allowed is another one.
 */
export function isAllowed(asked: AskedExpressions): string {
  return allows(conditions(asked).map(({ condition }) => condition));
}

/** Expression of a text that says how far the rules of the namespace go with it. */
export function whyNot(asked: AskedExpressions): string {
  const all = conditions(asked);
  const last = all.at(-1);
  const reasons = all.slice(0, -1).map(({ lacking }, index) => {
    const met = all.slice(0, index + 1).map(({ condition }) => condition);
    return `!${allows(met)} ? "${lacking}" : `;
  });
  const none = "None is for this namespace.";
  return `(size(variables.rulesHere) == 0 ? "${none}" : ${reasons.join("")}"${last?.lacking}")`;
}

/** Expressions of what is asked for. */
export interface AskedExpressions {
  /** The path's parts, which have the shape of one. */
  readonly parts: string;
  /** Name of the Secret. */
  readonly name: string;
  /** Type of the Secret. */
  readonly type: string;
}

function allows(conditions: readonly string[]): string {
  return `variables.rulesHere.exists(rule, ${conditions.join(" && ")})`;
}

/** What a rule has to say, one after the other, and what is said where none does. */
function conditions({ parts, name, type }: AskedExpressions) {
  const item = `${parts}[3]`;
  // The operator takes an id for one before it looks for a title, and asks Connect for a title by a
  // filter in which it escapes nothing.
  const isTitle = `!${item}.matches("^[a-z0-9]{26}$") && !${item}.matches(r'["\\\\\\x00-\\x1f\\x7f]')`;
  return [
    {
      condition: `${parts}[1] in rule.vaults`,
      lacking: "None here is for this vault as the path names it.",
    },
    {
      condition: `("*" in rule.items || ${item} in rule.items || (${isTitle} && rule.itemStarts.exists(start, ${item}.startsWith(start))))`,
      lacking: "None here is for this item of the vault as the path names it.",
    },
    {
      condition: `("*" in rule.names || ${name} in rule.names || rule.nameStarts.exists(start, ${name}.startsWith(start)))`,
      lacking: "None here is for this item as a Secret of this name.",
    },
    {
      condition: `${type} in rule.types`,
      lacking: "None here is for this item as a Secret of this type.",
    },
  ];
}

function whole(patterns: readonly string[]): readonly string[] {
  return patterns.filter((pattern) => pattern === "*" || !pattern.endsWith("*"));
}

function starts(patterns: readonly string[]): readonly string[] {
  return patterns.flatMap((pattern) =>
    pattern !== "*" && pattern.endsWith("*") ? [pattern.slice(0, -1)] : [],
  );
}
