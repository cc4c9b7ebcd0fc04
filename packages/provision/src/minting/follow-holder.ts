import { type Hold, keptHolderTags, unlessCode } from "@opconnect/core";
import type { CredentialStore } from "../store/contract/credential-store.ts";

/**
 * Notes in the store under its present name a resource that was moved with an alias. Does nothing
 * where it is not noted there under another one, or where the store may only be read.
 * @throws `STORE_…` codes.
 */
export async function followHolder(
  secretId: string,
  hold: Required<Hold>,
  { store }: { readonly store: Pick<CredentialStore, "describe" | "tag"> },
): Promise<void> {
  const tags = (await store.describe(secretId))?.tags ?? {};
  const followed = keptHolderTags("value", tags, hold);
  if (!Object.values(followed).includes("")) return;
  await unlessCode(["STORE_ACCESS_DENIED"], () => store.tag(secretId, followed));
}
