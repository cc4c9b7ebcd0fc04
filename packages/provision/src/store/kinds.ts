import { ageFile } from "./age-file/kind.ts";
import type { StoreKind } from "./contract/store-kind.ts";
import { secretsManager } from "./secrets-manager/kind.ts";

/** Every kind of credential store; the first is meant where none is named. */
export const storeKinds = [secretsManager, ageFile] as const;

/** Which credential store an environment uses: plain data, kept in Pulumi inputs. */
export type StoreConfig = Parameters<(typeof storeKinds)[number]["load"]>[0];

/** The configuration of the kind of store that is meant where none is named. */
export type DefaultStoreConfig = Parameters<(typeof storeKinds)[0]["load"]>[0];

/** The kind of store that a configuration means. */
export function storeKindOf({ kind }: { readonly kind?: string }): StoreKind<StoreConfig> {
  const kinds: readonly StoreKind<StoreConfig>[] = storeKinds;
  return kinds.find((each) => each.kind === kind) ?? storeKinds[0];
}
