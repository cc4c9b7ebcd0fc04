import { defined } from "@opconnect/core";
import type { ClusterSecretName } from "../api.ts";
import { type ItemApi, parseItem, problemOf } from "./object.ts";

/** How far the operator is with a `OnePasswordItem`. */
export interface ItemSync {
  /** Labels of the Secret of the same name; none if there is no such Secret. */
  readonly secretLabels?: Readonly<Record<string, string>>;
  /** What the operator said when it last failed; empty if it did not. */
  readonly problem: string;
}

/** Says how far the operator is with a `OnePasswordItem`; `undefined` if there is none. */
export async function readItemSync(
  api: Pick<ItemApi, "readItem" | "readSecret">,
  name: ClusterSecretName,
): Promise<ItemSync | undefined> {
  const item = await api.readItem(name);
  if (item === undefined) return undefined;
  const secret = await api.readSecret(name);
  const secretLabels = secret && (secret.metadata?.labels ?? {});
  return { problem: problemOf(parseItem(item)), ...defined({ secretLabels }) };
}
