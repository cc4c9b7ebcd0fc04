import { z } from "zod";
import { hasUnknown } from "../../property-diff.ts";

/** A list that is not known yet may hold anything. */
const texts = z.preprocess(
  (value) => (hasUnknown(value) ? [anything] : value),
  z.array(z.string()).readonly(),
);

const anything = "*";

/** A rule as it comes into `check`. */
export const ruleSchema = z.object({
  namespaces: texts,
  vaults: texts,
  items: texts,
  secretNames: texts,
  secretTypes: texts,
});

type Rule = z.infer<typeof ruleSchema>;

/** What becomes a Secret, and where. */
export interface Asked {
  readonly namespace: string;
  readonly itemPath?: string | undefined;
  readonly secretName?: string | undefined;
  readonly type: string;
}

/**
 * Whether rules allow it: as the policies of an `ItemAccessPolicy` say it in CEL, which are made of
 * the same rules. A vault that is not known yet may be any.
 */
export function isAllowed(
  rules: readonly Rule[],
  { namespace, itemPath = "", secretName = "", type }: Asked,
): boolean {
  const [vaults, vault = "", items, item = "", ...more] = itemPath.split("/");
  const hasShape = vaults === "vaults" && items === "items" && more.length === 0;
  // The operator makes a name of any text that a Deployment has.
  const isName = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(secretName);
  if (!hasShape || vault === "" || item === "" || !isName) return false;
  return rules.some(
    (rule) =>
      isIn(rule.namespaces, namespace) &&
      isIn(rule.vaults, vault) &&
      (isIn(rule.items, item) || (isTitle(item) && startsAs(rule.items, item))) &&
      (isIn(rule.secretNames, secretName) || startsAs(rule.secretNames, secretName)) &&
      isIn(rule.secretTypes, type),
  );
}

function isIn(list: readonly string[], text: string): boolean {
  return list.includes(anything) || list.includes(text);
}

function startsAs(patterns: readonly string[], text: string): boolean {
  return patterns.some((pattern) => pattern.endsWith("*") && text.startsWith(pattern.slice(0, -1)));
}

/** An id is looked up as one, and a title goes between quotes. */
function isTitle(item: string): boolean {
  return !/^[a-z0-9]{26}$|["\\\p{Cc}]/u.test(item);
}
