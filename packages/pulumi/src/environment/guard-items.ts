import type { EnvironmentNames } from "@opconnect/core";
import * as pulumi from "@pulumi/pulumi";
import { ItemAccessPolicy } from "../access/item-access-policy.ts";
import { type OperatorArgs, watchedNamespaces } from "../components/chart-values.ts";
import { itemReference } from "../components/onepassword-item.ts";
import type { Plain } from "../input/deferred.ts";
import type { ClusterTarget } from "../resources/cluster-target.ts";
import type { EnvironmentItem } from "./item.ts";
import type { EnvironmentItemAccess } from "./item-access.ts";

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
