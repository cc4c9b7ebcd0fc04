import type { EnvironmentNames } from "@opconnect/core";
import * as pulumi from "@pulumi/pulumi";
import { ItemAccessPolicy } from "../access/item-access-policy.ts";
import type { LimitedAccess } from "../access/policies.ts";
import { withDefaults } from "../access/rules.ts";
import { type OperatorArgs, watchedNamespaces } from "../components/chart-values.ts";
import { itemReference } from "../components/onepassword-item.ts";
import type { Plain } from "../input/deferred.ts";
import type { ClusterTarget } from "../resources/cluster-target.ts";
import type { EnvironmentItem } from "./item.ts";
import type { EnvironmentItemAccess } from "./item-access.ts";

/** What {@link limitedAccess} goes by. */
export interface GuardedItems {
  readonly names: EnvironmentNames;
  readonly itemAccess: EnvironmentItemAccess | false | undefined;
  readonly items: Readonly<Record<string, Plain<EnvironmentItem>>>;
  readonly operator: Pick<OperatorArgs, "watchNamespaces">;
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
  guarded: GuardedItems & { readonly cluster: ClusterTarget },
  opts: pulumi.ComponentResourceOptions,
): readonly ItemAccessPolicy[] {
  const access = limitedAccess(guarded);
  if (access === undefined) return [];
  const { names, cluster } = guarded;
  const args = { name: names.accessPolicy, ...access, cluster };
  return [new ItemAccessPolicy(names.resource("access"), args, opts)];
}

/** What the items of the program, and its rules, allow; nothing where access is not limited. */
export function limitedAccess({
  names,
  itemAccess = {},
  items,
  operator,
  vault,
  vaultNames,
}: GuardedItems): LimitedAccess | undefined {
  if (itemAccess === false) return undefined;
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
  return {
    operator: { namespace: names.namespace, serviceAccount: names.serviceAccount },
    namespaces: pulumi.output(watched).apply((known) => (known.length === 0 ? "all" : known)),
    rules: [...ofItems, ...others].map(withDefaults),
    enforcement,
  };
}
