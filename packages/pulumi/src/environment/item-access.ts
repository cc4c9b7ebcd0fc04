import type * as pulumi from "@pulumi/pulumi";
import * as z from "zod/mini";
import { type ItemAccessRule, ruleFields } from "../access/rules.ts";
import type { OperatorArgs } from "../components/chart-values.ts";
import { isDeferred, type Plain } from "../input/deferred.ts";
import { isList } from "../input/keyed.ts";
import { purpose } from "../input/names.ts";
import { suggestion } from "../input/refusal.ts";
import { chosen, fields, list, oneOf, refuse } from "../input/schema.ts";
import type { EnvironmentItem } from "./item.ts";

/** What namespaces may have of an environment's vaults, besides the items of its program. */
export interface EnvironmentAccessRule extends Omit<ItemAccessRule, "vaults"> {
  /**
   * Keys of the environment's vaults that items may come from. A path names such a vault by its id,
   * or where the environment makes it by the title that it gives it, to the letter. Plain.
   */
  readonly vaults: readonly string[];
}

/** Which items the namespaces that the operator watches may have. */
export interface EnvironmentItemAccess {
  /**
   * What is allowed besides the items of the program: those of other programs, or made by hand.
   * @default - nothing
   */
  readonly rules?: readonly Plain<EnvironmentAccessRule>[] | undefined;
  /**
   * Whether all else is denied, or let pass with a warning and a note in the audit log.
   * @default "deny"
   */
  readonly enforcement?: "deny" | "audit" | undefined;
}

/** Checks what is said of access to items. */
export const itemAccessSchema = chosen<EnvironmentItemAccess | false>((value) =>
  typeof value === "boolean" ? z.literal(false, "false, or an object with rules") : accessSchema,
);

const accessSchema = fields<EnvironmentItemAccess>(() => ({
  rules: z.optional(
    list(
      fields<EnvironmentAccessRule>(() => ({
        ...ruleFields(),
        vaults: list(purpose, "a list of keys of vaults"),
      })),
      "a list of rules",
    ),
  ),
  enforcement: z.optional(oneOf("deny", "audit")),
}));

/**
 * Refuses a rule for a namespace that the operator does not watch, where it would allow nothing.
 * @param watchedOtherwise What the operator watches where that is left out.
 */
export function refuseUnwatchedRules(
  itemAccess: EnvironmentItemAccess | false = {},
  watchNamespaces: OperatorArgs["watchNamespaces"],
  watchedOtherwise: () => readonly pulumi.Input<string>[],
  context: z.core.$RefinementCtx,
): void {
  const { rules = [] } = itemAccess === false ? {} : itemAccess;
  if (rules.length === 0) return;
  const watched: unknown = watchNamespaces ?? watchedOtherwise();
  if (!isList(watched) || watched.some(isDeferred)) return;
  const names = watched.map(String);
  for (const [at, { namespaces }] of rules.entries()) {
    if (!isList(namespaces)) continue;
    for (const [index, namespace] of namespaces.entries()) {
      if (typeof namespace !== "string" || names.includes(namespace)) continue;
      refuse(
        context,
        {
          says: ` is "${namespace}", which the operator does not watch: that is ${names.join(", ")}`,
          remedy: `Name one of these, or add it to \`operator.watchNamespaces\`.${suggestion(namespace, names)}`,
          also: ["operator", "watchNamespaces"],
        },
        ["itemAccess", "rules", at, "namespaces", index],
      );
    }
  }
}

/** Refuses a title of which the rule that the item needs would take a part for any end. */
export function refuseStarredTitles(
  itemAccess: EnvironmentItemAccess | false | undefined,
  items: Readonly<Record<string, Plain<EnvironmentItem>>>,
  context: z.core.$RefinementCtx,
): void {
  if (itemAccess === false) return;
  for (const [key, { item }] of Object.entries(items)) {
    if (typeof item !== "string" || !item.includes("*")) continue;
    const says = " has a `*`, which in a rule of access stands for any end of a title";
    const remedy = "Name the item by its id, or by its private link.";
    refuse(context, { says, remedy }, ["items", key, "item"]);
  }
}
