import type { ItemReference } from "@opconnect/core";
import { connectItem } from "./connect-item.ts";
import type { Item } from "./item.ts";
import { opItem } from "./op-item.ts";

/**
 * Opens an item by the way that this machine has: 1Password Connect, by OP_CONNECT_HOST and
 * OP_CONNECT_TOKEN, else `op`, as a person or by OP_SERVICE_ACCOUNT_TOKEN. Nothing is started or asked
 * before the first call of a method.
 */
export function openItem(reference: ItemReference, env: NodeJS.ProcessEnv): Item {
  const { OP_CONNECT_HOST: host, OP_CONNECT_TOKEN: token } = env;
  return host && token ? connectItem(reference, { host, token }) : opItem(reference, env);
}
