import type { SecretReference } from "@opconnect/core";
import { itemCommands, type OpItem } from "../op/items.ts";
import { KeptList } from "../op/kept-list.ts";
import { createOpRunner } from "../op/run/runner.ts";
import { fieldValue, itemVersion, itemWithFields, onlyNamed } from "./item-field.ts";
import type { SecretSource } from "./source.ts";

/** A field of an item, read through `op`: by the person who is signed in, or a service account. */
export function opItemSource(reference: SecretReference, env: NodeJS.ProcessEnv): SecretSource {
  const { vault, item } = reference;
  const runner = createOpRunner({ env, asServiceAccount: true });
  const find = async () => {
    const rows = await listed(env, vault, () => itemCommands(runner).listItems(vault));
    const used = rows.filter(({ state }) => state === undefined || state === "ACTIVE");
    return onlyNamed(used, item, ({ title }) => title, "item");
  };
  return {
    async version() {
      return itemVersion(await find());
    },
    async read() {
      const found = await find();
      const args = ["item", "get", found.id, "--vault", found.vault.id];
      const purpose = `read the item ${found.id}`;
      const whole = await runner.json({ args, purpose, printsSecret: true }, itemWithFields);
      return { value: fieldValue(whole, reference), version: itemVersion(whole) };
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
