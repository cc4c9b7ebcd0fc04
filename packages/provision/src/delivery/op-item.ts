import type { ItemReference } from "@opconnect/core";
import { itemCommands, type OpItem } from "../op/items.ts";
import { KeptList } from "../op/kept-list.ts";
import { createOpRunner } from "../op/run/runner.ts";
import type { Item } from "./item.ts";
import { onlyNamed } from "./only-named.ts";

/** An item as `op` shows it to the person who is signed in, or to a service account. */
export function opItem({ vault, item }: ItemReference, env: NodeJS.ProcessEnv): Item {
  const runner = createOpRunner({ env, asServiceAccount: true });
  const find = async () => {
    const rows = await listed(env, vault, () => itemCommands(runner).listItems(vault));
    const used = rows.filter(({ state }) => state === undefined || state === "ACTIVE");
    return onlyNamed(used, item, ({ title }) => title, "item");
  };
  return {
    find,
    async read(schema) {
      const found = await find();
      const args = ["item", "get", found.id, "--vault", found.vault.id];
      const purpose = `read the item ${found.id}`;
      return await runner.json({ args, purpose, printsSecret: true }, schema);
    },
  };
}

/** By the environment of the process: another one may be another identity's. */
const lists = new WeakMap<NodeJS.ProcessEnv, Map<string, KeptList<OpItem>>>();

/** The items of a vault, asked for once by all who wait for them, and kept for some seconds. */
function listed(
  env: NodeJS.ProcessEnv,
  vault: string,
  ask: () => Promise<readonly OpItem[]>,
): Promise<readonly OpItem[]> {
  const own = lists.get(env) ?? new Map<string, KeptList<OpItem>>();
  lists.set(env, own);
  const list = own.get(vault) ?? new KeptList<OpItem>(ask);
  own.set(vault, list);
  return list.recent(Date.now() - 10_000);
}
