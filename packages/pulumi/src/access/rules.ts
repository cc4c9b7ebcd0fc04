import type * as pulumi from "@pulumi/pulumi";
import * as z from "zod/mini";
import type { Plain } from "../input/deferred.ts";
import { namespace, secretType } from "../input/names.ts";
import { fields, inputList, refuse, text } from "../input/schema.ts";

/** What the namespaces that it names may have of 1Password: all else there is denied. */
export interface ItemAccessRule {
  /** Names of namespaces. */
  readonly namespaces: pulumi.Input<readonly pulumi.Input<string>[]>;
  /**
   * Vaults that items may come from, each as the item's path names it: by its id, or by its title to
   * the letter. Of a vault that is named by its id alone, a path with its title is denied.
   */
  readonly vaults: pulumi.Input<readonly pulumi.Input<string>[]>;
  /**
   * Items of those vaults: a title or an id, or the start of titles before a `*`, e.g. `"app-*"`. An
   * id is no title: unless all items are allowed, it is to be named itself.
   * @default ["*"]
   */
  readonly items?: pulumi.Input<readonly pulumi.Input<string>[]> | undefined;
  /**
   * Names of the Secrets that items may become: a name, or the start of names before a `*`.
   * @default ["*"]
   */
  readonly secretNames?: pulumi.Input<readonly pulumi.Input<string>[]> | undefined;
  /**
   * Types of those Secrets.
   * @default ["Opaque"]
   */
  readonly secretTypes?: pulumi.Input<readonly pulumi.Input<string>[]> | undefined;
}

/** A rule whose Outputs are known. */
export interface KnownRule {
  readonly namespaces: readonly string[];
  readonly vaults: readonly string[];
  readonly items: readonly string[];
  readonly secretNames: readonly string[];
  readonly secretTypes: readonly string[];
}

/** The rule with all that it says by leaving it out. */
export function withDefaults(rule: Plain<ItemAccessRule>) {
  const { namespaces, vaults, items, secretNames, secretTypes } = rule;
  return {
    namespaces,
    vaults,
    items: items ?? ["*"],
    secretNames: secretNames ?? ["*"],
    secretTypes: secretTypes ?? ["Opaque"],
  };
}

const pattern = text("a name, or the start of names and a `*`").check(
  z.superRefine((given, context) => {
    if (given.indexOf("*") === -1 || given.indexOf("*") === given.length - 1) return;
    const remedy = "Put the `*` at the end: what comes before it is how the names start.";
    refuse(context, { says: " has a `*` in another place than at its end", remedy });
  }),
);

/** A path is split at each slash, so that no vault with one in its title can be named. */
const vault = z
  .string("the id or the title of a vault, a text")
  .check(z.regex(/^[^/]+$/, "the id or the title of a vault, without a slash"));

export const ruleSchema = fields<ItemAccessRule>(() => ({
  ...ruleFields(),
  vaults: inputList(vault, "a list of vaults"),
}));

/** How all of a rule but its vaults is checked. */
export const ruleFields = () => ({
  namespaces: inputList(namespace, "a list of namespaces"),
  items: z.optional(inputList(pattern, "a list of items")),
  secretNames: z.optional(inputList(pattern, "a list of names of Secrets")),
  secretTypes: z.optional(inputList(secretType, "a list of types of Secrets")),
});
