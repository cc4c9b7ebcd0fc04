import type { EnvironmentNames } from "@opconnect/core";
import * as pulumi from "@pulumi/pulumi";
import * as z from "zod/mini";
import { ItemAccessPolicy } from "../access/item-access-policy.ts";
import { type ItemAccessRule, ruleFields } from "../access/rules.ts";
import { type OperatorArgs, watchedNamespaces } from "../components/chart-values.ts";
import { itemReference } from "../components/onepassword-item.ts";
import { isDeferred, type Plain } from "../input/deferred.ts";
import { isList } from "../input/keyed.ts";
import { purpose } from "../input/names.ts";
import { suggestion } from "../input/refusal.ts";
import { chosen, fields, list, oneOf, refuse } from "../input/schema.ts";
import type { ClusterTarget } from "../resources/cluster-target.ts";
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

/** What {@link guardItems} goes by. */
export interface GuardedItems {
  readonly names: EnvironmentNames;
  readonly itemAccess: EnvironmentItemAccess | false | undefined;
  readonly items: Readonly<Record<string, Plain<EnvironmentItem>>>;
  readonly operator: Pick<OperatorArgs, "watchNamespaces">;
  readonly cluster: ClusterTarget;
  /** How the items of the program name the vault of a key. */
  readonly vault: (key: string) => pulumi.Input<string>;
  /** How others may name it. */
  readonly vaultNames: (key: string) => readonly pulumi.Input<string>[];
}

/**
 * Keeps to the items of the program, and to what its rules allow, wherever the operator watches.
 * @returns What the operator and the items come after.
 */
export function guardItems(
  { names, itemAccess = {}, items, operator, cluster, vault, vaultNames }: GuardedItems,
  opts: pulumi.ComponentResourceOptions,
): readonly ItemAccessPolicy[] {
  if (itemAccess === false) return [];
  const { rules = [], enforcement } = itemAccess;
  const ofItems = Object.entries(items).map(([name, item]) => {
    const named = itemReference({
      ...item,
      vault: item.vault === undefined ? undefined : vault(item.vault),
    });
    return {
      namespaces: [item.namespace],
      vaults: [named.vault],
      items: [named.item],
      secretNames: [name],
      secretTypes: [item.type ?? "Opaque"],
    };
  });
  const others = rules.map((rule) => ({ ...rule, vaults: rule.vaults.flatMap(vaultNames) }));
  const watched = watchedNamespaces(operator.watchNamespaces ?? [names.namespace]);
  const policy = new ItemAccessPolicy(
    names.resource("access"),
    {
      name: names.accessPolicy,
      operator: { namespace: names.namespace, serviceAccount: names.serviceAccount },
      namespaces: pulumi.output(watched).apply((known) => (known.length === 0 ? "all" : known)),
      rules: [...ofItems, ...others],
      enforcement,
      cluster,
    },
    opts,
  );
  return [policy];
}
